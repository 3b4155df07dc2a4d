import type { Agent } from 'undici';
import type { Clock } from '../base/clock.ts';
import { type Log, silentLog } from '../base/log.ts';
import { createAgent } from '../wire/agent.ts';
import { OrphanGuard } from '../process/guard.ts';
import { UsageSampler } from '../process/usage.ts';
import { freePort } from '../process/port.ts';
import { type LaunchPlan, planLaunch, type PlanInput } from './launchPlan.ts';
import type { RunOptions } from './runOptions.ts';
import { ServerRun } from './serverRun.ts';

/** A folder of our own that outlives this extension host, and who hears about it. */
export interface RuntimeStorage {
  folder: string;
  log: Log;
}

/** Everything that only a started server needs, loaded with the first start: the protocol library alone is half of our code. */
export class Runtime {
  readonly #agent: Agent = createAgent();
  readonly #guard: OrphanGuard;
  readonly #usage: UsageSampler;

  /** @param storage where the ledger of processes is kept; absent: none is kept */
  constructor(clock: Clock, storage?: RuntimeStorage) {
    const log = storage?.log ?? silentLog;
    this.#guard = new OrphanGuard({ clock, log, folder: storage?.folder });
    this.#usage = new UsageSampler({ clock, log, onPass: (rows) => this.#guard.see(rows) });
  }

  plan(input: Omit<PlanInput, 'freePort'>): Promise<LaunchPlan> {
    return planLaunch({ ...input, freePort });
  }

  createRun(options: Omit<RunOptions, 'agent' | 'guard' | 'marker' | 'usage'>): ServerRun {
    const { marker } = this.#guard;
    return new ServerRun({ ...options, agent: this.#agent, guard: this.#guard, marker, usage: this.#usage });
  }

  /** Closes what sockets are left; the runs have been stopped before. */
  async dispose(): Promise<void> {
    await Promise.all([this.#agent.destroy(), this.#guard.dispose()]);
  }
}
