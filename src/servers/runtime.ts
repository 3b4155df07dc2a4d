import type { Agent } from 'undici';
import type { Clock } from '../base/clock.ts';
import { type Log, silentLog } from '../base/log.ts';
import { createAgent } from '../wire/agent.ts';
import { OrphanGuard } from '../process/guard.ts';
import { freePort } from '../process/port.ts';
import { type LaunchPlan, planLaunch, type PlanInput } from './launchPlan.ts';
import { type RunOptions, ServerRun } from './serverRun.ts';

/** A folder of our own that outlives this extension host, and who hears about it. */
export interface RuntimeStorage {
  folder: string;
  log: Log;
}

/** Everything that only a started server needs, loaded with the first start: the protocol library alone is half of our code. */
export class Runtime {
  readonly #agent: Agent = createAgent();
  readonly #guard: OrphanGuard;

  /** @param storage where the ledger of processes is kept; absent: none is kept */
  constructor(clock: Clock, storage?: RuntimeStorage) {
    this.#guard = new OrphanGuard({ clock, log: storage?.log ?? silentLog, folder: storage?.folder });
  }

  plan(input: Omit<PlanInput, 'freePort'>): Promise<LaunchPlan> {
    return planLaunch({ ...input, freePort });
  }

  createRun(options: Omit<RunOptions, 'agent' | 'guard'>): ServerRun {
    return new ServerRun({ ...options, agent: this.#agent, guard: this.#guard });
  }

  /** Closes what sockets are left; the runs have been stopped before. */
  async dispose(): Promise<void> {
    await Promise.all([this.#agent.destroy(), this.#guard.dispose()]);
  }
}
