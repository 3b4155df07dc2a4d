import { randomUUID } from 'node:crypto';
import type { Greeting } from './listening.ts';

/** Headers that name a session; whichever a server sends is sent back. */
const SESSION_HEADERS = ['x-session-id', 'mcp-session-id'] as const;

/** Where messages go, and by which ids the server knows who sends them. */
export class Address {
  #url: URL;
  #headers: Readonly<Record<string, string>> = { 'x-session-id': randomUUID() };
  #sessionId: string | undefined;

  constructor(url: URL) {
    this.#url = url;
  }

  get url(): URL {
    return this.#url;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#headers;
  }

  /** Undefined until the server has shown that it keeps a session. */
  get sessionId(): string | undefined {
    return this.#sessionId;
  }

  /** The id that we made up has proved to be the session's. */
  confirm(): void {
    this.#sessionId ??= this.#headers['x-session-id'];
  }

  /** Takes over the session that a response names. */
  learn(response: Headers): void {
    for (const name of SESSION_HEADERS) {
      const id = response.get(name);
      if (id === null) continue;
      this.#headers = { ...this.#headers, [name]: id };
      this.#sessionId = id;
    }
  }

  /** Moves to where a listening stream wants its messages. */
  follow(greeting: Greeting): void {
    switch (greeting.kind) {
      case 'connection':
        this.#headers = { ...this.#headers, 'x-connection-id': greeting.id };
        this.#sessionId = greeting.id;
        break;
      case 'endpoint':
        this.#url = withSession(greeting.postUrl, greeting.sessionId);
        this.#sessionId = greeting.sessionId;
        break;
    }
  }
}

/** Some servers read the id as `sessionId`, some as `session`; none minds the other. */
function withSession(postUrl: URL, sessionId: string): URL {
  const url = new URL(postUrl);
  for (const name of ['sessionId', 'session']) {
    if (!url.searchParams.has(name)) url.searchParams.set(name, sessionId);
  }
  return url;
}
