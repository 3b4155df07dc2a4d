import type { ServerResponse } from 'node:http';

/** What a session needs for being ended. */
interface Closable {
  close(): Promise<void>;
}

interface Session<T> {
  readonly value: T;
  /** Responses that are not finished yet. */
  open: number;
}

/**
 * The sessions of one dialect by id, at most `limit` of them. A client that never says goodbye costs memory until then: one more
 * session closes the one unused for longest, an idle one where there is one. Its owner gets "unknown session" and begins anew.
 */
export class Sessions<T extends Closable> {
  readonly #limit: number;
  /** Least recently used first. */
  readonly #byId = new Map<string, Session<T>>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds a session; one of the same id is closed before. */
  add(id: string, value: T): void {
    this.remove(id);
    while (this.#byId.size >= this.#limit) this.remove(this.#leastUseful());
    this.#byId.set(id, { value, open: 0 });
  }

  /** Finds a session for answering a request with `response`: it counts as busy until that closes. */
  use(id: string, response: ServerResponse): T | undefined {
    const session = this.#byId.get(id);
    if (session === undefined) return undefined;
    this.#byId.delete(id);
    this.#byId.set(id, session);
    session.open++;
    response.once('close', () => session.open--);
    return session.value;
  }

  /** Forgets a session and closes it; an unknown id is harmless. */
  remove(id: string): void {
    const session = this.#byId.get(id);
    this.#byId.delete(id);
    // Closing ends its calls and streams; whatever fails in that concerns a client that is being dropped anyway.
    session?.value.close().catch((error: unknown) => console.error(`closing session ${id}:`, error));
  }

  closeAll(): void {
    for (const id of this.#byId.keys()) this.remove(id);
  }

  #leastUseful(): string {
    let oldest = '';
    for (const [id, { open }] of this.#byId) {
      if (open === 0) return id;
      oldest ||= id;
    }
    return oldest;
  }
}
