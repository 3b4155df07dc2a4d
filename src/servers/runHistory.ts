/** How many ends of runs are remembered per server; older ones are in its output. */
const REMEMBERED = 20;

/** One end of a run that nobody had asked for, or a restart that somebody did. */
export interface HistoryEntry {
  /** Milliseconds since the epoch. */
  time: number;
  /** What happened as the rest of a sentence that begins with the server's name: "exited with code 3". */
  what: string;
  /** How long it could be called, in ms; absent: it never could. */
  upMs?: number;
}

/** What became of the last runs of a server. */
export class RunHistory {
  #entries: readonly HistoryEntry[] = [];
  #restarts = 0;

  /** Oldest first. */
  get entries(): readonly HistoryEntry[] {
    return this.#entries;
  }

  /** Runs that replaced another one, by themselves or because somebody asked for it. */
  get restarts(): number {
    return this.#restarts;
  }

  add(entry: HistoryEntry): void {
    this.#entries = [...this.#entries, entry].slice(-REMEMBERED);
  }

  countRestart(): void {
    this.#restarts += 1;
  }
}
