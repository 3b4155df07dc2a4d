import { setImmediate } from 'node:timers/promises';

import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { type Disposable, toDisposable } from '../base/lifecycle.ts';
import type { Log } from '../base/log.ts';
import { type ProcessRow, readProcessTable, treeOf, unsharedBytes } from './processTable.ts';
import { processesByCim, processesByPs } from './usageElsewhere.ts';

/** What a process and all it started take at one moment. */
export interface UsageSample {
  /** Milliseconds of `Clock.now`. */
  at: number;
  /** Memory in RAM, summed: what processes share counts once for each, so that twenty of Node seem five times as large as they are. */
  rssBytes: number;
  /** What a limit is to be compared with. Linux: without what is shared; elsewhere the same as `rssBytes`. */
  limitBytes: number;
  /** Of one core, since the sample before; absent in the first. */
  cpuPercent?: number;
  /** How many there are. */
  processes: number;
}

/** Where a sampler learns of processes; replaced in tests. */
export interface UsageSource {
  /** Milliseconds from one pass to the next. */
  intervalMs: number;
  readProcesses: () => Promise<readonly ProcessRow[]>;
  /** Of one process, its part of `limitBytes`. */
  limitBytes: (row: ProcessRow) => number;
}

interface SamplerOptions {
  clock: Clock;
  log: Log;
  source?: UsageSource;
  /** Hears of every pass, for what else can be learnt of it. */
  onPass?: (rows: readonly ProcessRow[]) => void;
}

interface Watch {
  leader: number;
  onSample: (sample: UsageSample) => void;
  /** When the last sample was taken, and the processor time of each process until then. */
  before?: { at: number; cpuMs: ReadonlyMap<number, number> };
}

/**
 * Measures the trees of all watched processes in one pass over the system's process table every 5 s, while anything is watched. One
 * for all servers. Never throws: a pass that fails is skipped.
 */
export class UsageSampler {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #source: UsageSource;
  readonly #onPass: (rows: readonly ProcessRow[]) => void;
  readonly #watches = new Set<Watch>();
  #timer: Disposable | undefined;
  #isPassing = false;

  constructor({ clock, log, source = systemSource(), onPass = () => {} }: SamplerOptions) {
    this.#clock = clock;
    this.#log = log;
    this.#source = source;
    this.#onPass = onPass;
  }

  /**
   * Tells what the tree of a process takes, until disposed of. Nothing is told while nobody of it lives.
   * @param leader process id of a group's leader, as of `ProcessState`
   */
  watch(leader: number, onSample: (sample: UsageSample) => void): Disposable {
    const watch: Watch = { leader, onSample };
    this.#watches.add(watch);
    this.#schedule();
    return toDisposable(() => {
      this.#watches.delete(watch);
      if (this.#watches.size > 0) return;
      this.#timer?.dispose();
      this.#timer = undefined;
    });
  }

  /** The next pass begins an interval after the last one has ended, so that a slow system is not asked without rest. */
  #schedule(): void {
    if (this.#isPassing || this.#watches.size === 0) return;
    this.#timer ??= this.#clock.after(this.#source.intervalMs, () => void this.#pass());
  }

  async #pass(): Promise<void> {
    this.#timer = undefined;
    this.#isPassing = true;
    try {
      // Not those that are added meanwhile: their processes may be younger than the rows.
      const watches = [...this.#watches];
      const rows = await this.#source.readProcesses();
      const at = this.#clock.now();
      for (const watch of watches) {
        if (this.#watches.has(watch)) this.#tell(watch, rows, at);
        await setImmediate();
      }
      this.#onPass(rows);
    } catch (error) {
      this.#log.debug(`Memory and processor time were not measured: ${messageOf(error)}`);
    } finally {
      this.#isPassing = false;
      this.#schedule();
    }
  }

  #tell(watch: Watch, rows: readonly ProcessRow[], at: number): void {
    const tree = treeOf(watch.leader, rows);
    const members = rows.filter(({ pid, dead }) => tree.has(pid) && !dead);
    if (members.length === 0) return;
    const { before } = watch;
    watch.before = { at, cpuMs: new Map(members.map(({ pid, cpuMs }) => [pid, cpuMs])) };
    try {
      watch.onSample({
        at,
        rssBytes: sum(members.map(({ rssBytes }) => rssBytes)),
        limitBytes: sum(members.map((row) => this.#source.limitBytes(row))),
        ...(before === undefined || at <= before.at ? {} : { cpuPercent: percent(members, before, at) }),
        processes: members.length,
      });
    } catch (error) {
      this.#log.debug(`Memory and processor time were not taken note of: ${messageOf(error)}`);
    }
  }
}

/** What a process used that has ended since is lost; one that was not there before has used all of its time since. */
function percent(members: readonly ProcessRow[], before: NonNullable<Watch['before']>, at: number): number {
  const used = members.map(({ pid, cpuMs }) => {
    const earlier = before.cpuMs.get(pid) ?? 0;
    // Less than before: another process has got its id.
    return cpuMs >= earlier ? cpuMs - earlier : cpuMs;
  });
  return (100 * sum(used)) / (at - before.at);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** This system's own. Windows is asked rarely: its query costs seconds of processor time. */
function systemSource(): UsageSource {
  const resident = ({ rssBytes }: ProcessRow): number => rssBytes;
  switch (process.platform) {
    case 'linux':
      return { intervalMs: 5000, readProcesses: readProcessTable, limitBytes: unsharedBytes };
    case 'win32':
      return { intervalMs: 15_000, readProcesses: processesByCim, limitBytes: resident };
    default:
      return { intervalMs: 5000, readProcesses: processesByPs, limitBytes: resident };
  }
}
