import { randomUUID } from 'node:crypto';

import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Disposable } from '../base/lifecycle.ts';
import type { Log } from '../base/log.ts';
import { bootId, executableOf, identify } from './identity.ts';
import { Ledger, type LedgerRun } from './ledger.ts';
import { type ProcessRow, readProcessTable } from './processTable.ts';
import { Reaper } from './reaper.ts';
import { MARKER_VARIABLE, reaperCommand } from './reaperScript.ts';
import { within } from './stopLadder.ts';
import { markedByRun } from './survivors.ts';

/** How long a start waits for the ledger; a folder on a slow network is not worth more. */
const LEDGER_MS = 500;
/** When a group is looked at after its start: by then `npx` and `env` have become what they run. */
const SETTLED_MS = 1000;
/** Executables remembered per server; strays of a server that runs more than that are recognised by the first ones only. */
const MOST_EXECUTABLES = 64;

/** Sees to it that no process outlives this host. Nothing here throws: a server is worth more than its guard. */
export interface ProcessGuard {
  /** To be awaited before the server's next process is spawned. */
  prepare(server: string): Promise<GuardedRun>;
}

/** One guarded process and its group. */
export interface GuardedRun {
  /** To be added to its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** To be called in the turn in which it was spawned. */
  spawned(leader: number): void;
  /** Takes note of what runs in the group, while it still runs. */
  look(): void;
  /** Processes of this run that have left its group and run what was seen in it, such as daemons; never what it opened for a person. */
  strays(): Promise<readonly number[]>;
  /** Nothing is left of the group, or nothing was spawned. */
  gone(): void;
}

interface GuardOptions {
  /** Of the ledger; absent: none is kept. */
  folder?: string | undefined;
  log: Log;
  clock: Clock;
}

/** The reaper, which works at once, and the ledger, for the case that the reaper was killed too. One per extension host. */
export class OrphanGuard implements ProcessGuard {
  /** Unique to this extension host. */
  readonly marker: string = randomUUID();
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #reaper: Reaper;
  readonly #ledger: Ledger | undefined;
  readonly #self = Promise.all([bootId(), identify(process.pid)]);
  /** With the names of their servers. */
  readonly #runs = new Map<LedgerRun, string>();
  readonly #timers = new Map<LedgerRun, Disposable>();
  /** By name; a server's number is its place. Grows with the names that people give. */
  readonly #servers = new Map<string, { number: string; executables: Set<string> }>();
  #runCount = 0;
  #scan: Promise<unknown> = Promise.resolve();
  #nextScan: ReturnType<typeof markedByRun> | undefined;

  constructor({ folder, log, clock }: GuardOptions) {
    this.#log = log;
    this.#clock = clock;
    this.#reaper = new Reaper(reaperCommand(this.marker), log);
    this.#ledger = folder === undefined ? undefined : new Ledger(folder, this.marker, log);
  }

  async prepare(server: string): Promise<GuardedRun> {
    const { number } = this.#serverOf(server);
    const run: LedgerRun = { id: `${number}.${(this.#runCount += 1)}` };
    this.#runs.set(run, server);
    if (this.#reaper.isRunning) this.#reaper.tell(`run ${run.id}`);
    else this.#startReaper();
    await within(this.#save(), LEDGER_MS, this.#clock);
    return {
      env: { [MARKER_VARIABLE]: `${this.marker}.${run.id}` },
      spawned: (leader) => this.#spawned(server, run, leader),
      look: () => this.#look(),
      strays: () => this.#straysOf(server, run),
      gone: () => this.#gone(run),
    };
  }

  /** Takes note of what runs in the groups of all servers, from one look at all processes. */
  see(rows: readonly ProcessRow[]): void {
    const servers = new Map([...this.#runs].map(([{ pid }, server]) => [pid, server]));
    const isNew = rows.map(({ pid, pgid }) => {
      const server = servers.get(pgid);
      return server !== undefined && this.#saw(server, pid);
    });
    if (isNew.includes(true)) void this.#save();
  }

  /** Lets go of everything, when the servers have been stopped. What is left of them all the same is the reaper's from now on. */
  async dispose(): Promise<void> {
    for (const timer of this.#timers.values()) timer.dispose();
    this.#timers.clear();
    this.#reaper.close();
    if (this.#runs.size === 0) await this.#ledger?.remove();
  }

  #startReaper(): void {
    this.#reaper.start();
    for (const { id, pid } of this.#runs.keys())
      this.#reaper.tell(pid === undefined ? `run ${id}` : `add ${id} ${pid}`);
    for (const { number, executables } of this.#servers.values()) {
      for (const path of executables) this.#reaper.tell(`exe ${number} ${path}`);
    }
  }

  #spawned(server: string, run: LedgerRun, leader: number): void {
    run.pid = leader;
    this.#reaper.tell(`add ${run.id} ${leader}`);
    this.#saw(server, leader);
    const recorded = async (): Promise<void> => {
      const identity = await identify(leader);
      if (identity !== undefined) run.started = identity.started;
      await this.#save();
    };
    void recorded();
    this.#timers.set(
      run,
      this.#clock.after(SETTLED_MS, () => this.#look()),
    );
  }

  #gone(run: LedgerRun): void {
    this.#timers.get(run)?.dispose();
    this.#timers.delete(run);
    this.#runs.delete(run);
    this.#reaper.tell(`del ${run.id}`);
    void this.#save();
  }

  #look(): void {
    // Elsewhere than on Linux strays are not looked for, so there is nothing to remember.
    if (process.platform !== 'linux') return;
    readProcessTable()
      .then((rows) => this.see(rows))
      .catch((error: unknown) => this.#log.debug(messageOf(error)));
  }

  #saw(server: string, pid: number): boolean {
    const { number, executables } = this.#serverOf(server);
    const path = executableOf(pid);
    if (path === undefined || executables.has(path) || executables.size >= MOST_EXECUTABLES) return false;
    executables.add(path);
    this.#reaper.tell(`exe ${number} ${path}`);
    return true;
  }

  async #straysOf(server: string, run: LedgerRun): Promise<number[]> {
    const { executables } = this.#serverOf(server);
    const marked = (await this.#marked()).get(run.id) ?? [];
    return marked
      .filter(({ pid, pgid }) => pgid !== run.pid && executables.has(executableOf(pid) ?? ''))
      .map(({ pid }) => pid);
  }

  /** Begun after it was asked for, and shared by all who ask until then: it reads a file of every process. */
  #marked(): ReturnType<typeof markedByRun> {
    this.#nextScan ??= this.#scan.then(() => {
      this.#nextScan = undefined;
      const scan = markedByRun(this.marker);
      this.#scan = scan.catch(() => {});
      return scan;
    });
    return this.#nextScan;
  }

  #serverOf(name: string): { number: string; executables: Set<string> } {
    const known = this.#servers.get(name) ?? { number: String(this.#servers.size), executables: new Set() };
    this.#servers.set(name, known);
    return known;
  }

  async #save(): Promise<void> {
    const [boot, host] = await this.#self;
    // Without them nobody could tell later whether an id still means what it meant.
    if (boot === undefined || host === undefined) return;
    await this.#ledger?.save({
      boot,
      marker: this.marker,
      host: { pid: process.pid, started: host.started },
      runs: [...this.#runs.keys()],
      executables: Object.fromEntries(
        [...this.#servers.values()].map(({ number, executables }) => [number, [...executables]]),
      ),
    });
  }
}
