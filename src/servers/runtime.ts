import type { Agent } from 'undici';
import { createAgent } from '../wire/agent.ts';
import { freePort } from '../process/port.ts';
import { type LaunchPlan, planLaunch, type PlanInput } from './launchPlan.ts';
import { type RunOptions, ServerRun } from './serverRun.ts';

/** Everything that only a started server needs, loaded with the first start: the protocol library alone is half of our code. */
export class Runtime {
  readonly #agent: Agent = createAgent();

  plan(input: Omit<PlanInput, 'freePort'>): Promise<LaunchPlan> {
    return planLaunch({ ...input, freePort });
  }

  createRun(options: Omit<RunOptions, 'agent'>): ServerRun {
    return new ServerRun({ ...options, agent: this.#agent });
  }

  /** Closes what sockets are left; the runs have been stopped before. */
  async dispose(): Promise<void> {
    await this.#agent.destroy();
  }
}
