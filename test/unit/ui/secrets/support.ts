import type { Memento, SecretStorage } from 'vscode';
import { Redactor } from '../../../../src/base/redact.ts';
import { Consents } from '../../../../src/ui/secrets/consents.ts';
import { KeptSecrets } from '../../../../src/ui/secrets/keptSecrets.ts';
import { SecretAccess, type SecretPerson, type SecretQuestion } from '../../../../src/ui/secrets/secretAccess.ts';

/** What VS Code would keep. */
export class Storage implements Pick<SecretStorage, 'get' | 'store' | 'delete' | 'keys'> {
  readonly values = new Map<string, string>();

  get = async (key: string): Promise<string | undefined> => this.values.get(key);
  store = async (key: string, value: string): Promise<void> => void this.values.set(key, value);
  delete = async (key: string): Promise<void> => void this.values.delete(key);
  keys = async (): Promise<string[]> => [...this.values.keys()];
}

/** A question that waits for its answer. */
export interface OpenQuestion extends SecretQuestion {
  kind: 'value' | 'consent';
  isClosed: boolean;
  /** A value, or whether it is allowed; nothing dismisses it. */
  answer(given?: string | true): void;
}

/** A person whose answers the test gives. */
export class Person implements SecretPerson {
  /** All that were ever asked. */
  readonly asked: OpenQuestion[] = [];
  #next = Promise.withResolvers<void>();

  askValue(question: SecretQuestion, signal: AbortSignal): Promise<string | undefined> {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const open = this.#open(question, 'value', (given) => resolve(typeof given === 'string' ? given : undefined));
    signal.addEventListener('abort', () => {
      open.isClosed = true;
      resolve(undefined);
    });
    return promise;
  }

  askConsent(question: SecretQuestion): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#open(question, 'consent', (given) => resolve(given === true));
    return promise;
  }

  /** The question with that number, as soon as it is asked. */
  async question(index: number): Promise<OpenQuestion> {
    for (;;) {
      const found = this.asked[index];
      if (found !== undefined) return found;
      await this.#next.promise;
    }
  }

  #open(question: SecretQuestion, kind: OpenQuestion['kind'], answer: OpenQuestion['answer']): OpenQuestion {
    const open = { ...question, kind, isClosed: false, answer };
    this.asked.push(open);
    this.#next.resolve();
    this.#next = Promise.withResolvers<void>();
    return open;
  }
}

/** Everything about secrets, as the extension wires it. */
export interface SecretParts {
  storage: Storage;
  redactor: Redactor;
  store: KeptSecrets;
  person: Person;
  access: SecretAccess;
  /** What the workspace remembers. */
  memory: Map<string, unknown>;
  /** Plugins that the settings of the workspace say something for. */
  configuredHere: Set<string>;
}

export function createSecretParts(memory = new Map<string, unknown>()): SecretParts {
  const storage = new Storage();
  const redactor = new Redactor();
  const store = new KeptSecrets(storage, redactor);
  const person = new Person();
  const configuredHere = new Set<string>();
  const isConfiguredHere = (plugin: string): boolean => configuredHere.has(plugin);
  const access = new SecretAccess({ store, consents: new Consents(mementoOf(memory)), person, isConfiguredHere });
  return { storage, redactor, store, person, access, memory, configuredHere };
}

function mementoOf(memory: Map<string, unknown>): Pick<Memento, 'get' | 'update'> {
  return {
    // VS Code's own type trusts the caller about what was written, too.
    get: <T>(key: string, otherwise?: T) => (memory.get(key) ?? otherwise) as T,
    update: async (key: string, value: unknown) => void memory.set(key, value),
  };
}
