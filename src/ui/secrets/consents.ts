import { createHash } from 'node:crypto';
import type { Memento } from 'vscode';

const REMEMBERED = 'secretConsents';
/** Remembered per workspace; beyond it the oldest is asked for again. */
const MOST = 500;

/** What a person allows: that this server is given this secret, for what it goes to now. */
export interface SecretUse {
  server: string;
  secret: string;
  /** A command line, an address. */
  goesTo: string;
}

/** What was allowed in this workspace. */
export class Consents {
  readonly #memento: Pick<Memento, 'get' | 'update'>;

  /** @param memento of the workspace */
  constructor(memento: Pick<Memento, 'get' | 'update'>) {
    this.#memento = memento;
  }

  has(use: SecretUse): boolean {
    return this.#all().includes(digest(use));
  }

  async add(use: SecretUse): Promise<void> {
    const added = digest(use);
    const others = this.#all().filter((known) => known !== added);
    await this.#memento.update(REMEMBERED, [...others, added].slice(-MOST));
  }

  #all(): readonly string[] {
    return this.#memento.get<readonly string[]>(REMEMBERED, []);
  }
}

/** As long for a long command line as for a short one. */
function digest({ server, secret, goesTo }: SecretUse): string {
  return createHash('sha256')
    .update(JSON.stringify([server, secret, goesTo]))
    .digest('base64url');
}
