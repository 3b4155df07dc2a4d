import { t } from '@vscode/l10n';
import pLimit from 'p-limit';
import { abortable } from '../../base/abortable.ts';
import { ExternalMcpError } from '../../base/errors.ts';
import type { DefinitionEntry } from '../../servers/definitionEntry.ts';
import { cancelledError } from '../../servers/runErrors.ts';
import type { SecretStore } from '../../servers/secrets.ts';
import type { Consents, SecretUse } from './consents.ts';

/** What a person is asked about: a server that is about to be given a secret. */
export interface SecretQuestion extends SecretUse {
  /** Where the server is defined, in words. */
  source: string;
  /** Id of the plugin whose secret it is. */
  scope?: string;
}

/** Who answers; the dialogs of VS Code. */
export interface SecretPerson {
  /** The value of a secret that is not set; undefined when the question was dismissed, or its signal aborted. */
  askValue(question: SecretQuestion, signal: AbortSignal): Promise<string | undefined>;
  /** Whether the server may be given it. */
  askConsent(question: SecretQuestion): Promise<boolean>;
}

interface Options {
  store: SecretStore;
  consents: Consents;
  person: SecretPerson;
  /** Whether the settings of this workspace have a say in what a plugin starts. Absent: they have none. */
  isConfiguredHere?(plugin: string): boolean;
}

/**
 * Gives servers the secrets that their definitions name, and asks a person for what is missing: one question after the other, and each once however
 * many servers wait for its answer.
 */
export class SecretAccess {
  readonly #options: Options;
  readonly #inTurn = pLimit(1);
  /** How often the question for a secret was dismissed; whoever waited meanwhile has their answer. */
  readonly #dismissed = new Map<string, number>();

  constructor(options: Options) {
    this.#options = options;
  }

  /**
   * What `${secret:…}` means in one definition. Rejects with `config` when the person does not allow it, and with `cancelled`.
   * @param signal ends the waiting; a value that was typed in by then is kept
   */
  sourceFor(
    entry: DefinitionEntry,
    signal: AbortSignal,
  ): (name: string, goesTo: string) => Promise<string | undefined> {
    const { name: server, source, secretScope: scope } = entry;
    return (secret, goesTo) => {
      const question = { server, source, secret, goesTo, ...(scope === undefined ? {} : { scope }) };
      const work = this.#give(question, this.#needsConsent(entry), signal);
      return abortable(work, signal, () => cancelledError(server));
    };
  }

  /**
   * Only what the user wrote for all workspaces, or a plugin about its own secrets, speaks for itself: others would get hold of any secret by
   * its name. A plugin that a workspace tells which program to start gives that program what it has.
   */
  #needsConsent({ written, secretScope }: DefinitionEntry): boolean {
    if (secretScope === undefined) return written?.scope !== 'user';
    return this.#options.isConfiguredHere?.(secretScope) === true;
  }

  async #give(question: SecretQuestion, needed: boolean, signal: AbortSignal): Promise<string | undefined> {
    const { store, consents, person } = this.#options;
    const { secret, scope } = question;
    const isAllowed = (): boolean => !needed || consents.has(question);
    const known = await store.get(secret, scope);
    if (known !== undefined && isAllowed()) return known;
    const key = JSON.stringify([scope, secret]);
    const dismissals = this.#dismissed.get(key);
    return this.#inTurn(async () => {
      if (signal.aborted) return undefined;
      // Somebody else's question, or the command, may have brought it meanwhile.
      const stored = await store.get(secret, scope);
      if (stored !== undefined) {
        if (!isAllowed() && !(await person.askConsent(question))) throw notAllowedError(question);
        if (needed) await consents.add(question);
        return stored;
      }
      if (this.#dismissed.get(key) !== dismissals) return undefined;
      const value = await person.askValue(question, signal);
      if (value === undefined) {
        if (!signal.aborted) this.#dismissed.set(key, (dismissals ?? 0) + 1);
        return undefined;
      }
      await store.set(secret, value, scope);
      // Whoever typed it in was told who gets it.
      if (needed) await consents.add(question);
      return value;
    });
  }
}

function notAllowedError({ server, secret }: SecretQuestion): ExternalMcpError {
  const reason = t('It may not use the secret “{0}”: you did not allow it. Start it again to be asked again.', secret);
  return new ExternalMcpError('config', t('“{0}” was not started. {1}', server, reason), { server, reason });
}
