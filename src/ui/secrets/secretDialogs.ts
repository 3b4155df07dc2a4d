import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { plainMessage } from '../../base/displayText.ts';
import { type SecretAddress, secretValueProblem } from '../../servers/secrets.ts';
import type { SecretPerson, SecretQuestion } from './secretAccess.ts';

/** Characters of a command line that are shown. */
const SHOWN_DESTINATION = 600;

/** A plugin as far as its secrets go. */
export interface SecretsOfPlugin {
  id: string;
  label: string;
  secrets: readonly { name: string; title: string; description?: string }[];
}

/** Asks for values and consent with VS Code's dialogs. */
export class SecretDialogs implements SecretPerson {
  readonly #plugins: () => readonly SecretsOfPlugin[];

  constructor(plugins: () => readonly SecretsOfPlugin[]) {
    this.#plugins = plugins;
  }

  /** All plugins that are known. */
  get plugins(): readonly SecretsOfPlugin[] {
    return this.#plugins();
  }

  /** What a secret is called for people: its name, of a plugin's its title and the plugin. */
  label({ name, scope }: SecretAddress): string {
    if (scope === undefined) return plainMessage(name, 100);
    const { label = scope, secrets = [] } = this.#plugins().find(({ id }) => id === scope) ?? {};
    const title = secrets.find((secret) => secret.name === name)?.title ?? name;
    return plainMessage(t('{0} of {1}', title, label), 150);
  }

  async askValue(question: SecretQuestion, signal: AbortSignal): Promise<string | undefined> {
    const { server, secret: name, scope, goesTo } = question;
    const address = scope === undefined ? { name } : { name, scope };
    const title = plainMessage(t('“{0}” needs the secret “{1}”', server, this.label(address)), 200);
    const prompt = t('It is kept encrypted by VS Code, and given to: {0}', destinationWords(goesTo, 200));
    return this.#askText(title, [this.#description(address), prompt].filter(Boolean).join(' '), signal);
  }

  /** The value, typed in for its own sake. */
  async askNewValue(address: SecretAddress, isReplaced: boolean): Promise<string | undefined> {
    const label = this.label(address);
    const title = isReplaced ? t('Replace the secret “{0}”', label) : t('Set the secret “{0}”', label);
    const prompt = isReplaced
      ? t('It has a value already; this one replaces it.')
      : t('It is kept encrypted by VS Code, on this machine.');
    return this.#askText(title, [this.#description(address), prompt].filter(Boolean).join(' '));
  }

  async askConsent({ server, source, secret, goesTo }: SecretQuestion): Promise<boolean> {
    const allow = t('Allow');
    const message = t('“{0}” ({1}) wants to use your secret “{2}”.', server, source, secret);
    const detail = [
      t('It would be given to:'),
      destinationWords(goesTo, SHOWN_DESTINATION),
      '',
      t('Allow it only if you trust that. You are asked again when it changes.'),
    ].join('\n');
    const chosen = await vscode.window.showWarningMessage(plainMessage(message), { modal: true, detail }, allow);
    return chosen === allow;
  }

  async #askText(title: string, prompt: string, signal?: AbortSignal): Promise<string | undefined> {
    const cancel = new vscode.CancellationTokenSource();
    const onAbort = (): void => cancel.cancel();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const value = await vscode.window.showInputBox(
        {
          title,
          prompt,
          password: true,
          ignoreFocusOut: true,
          validateInput: (text) => secretValueProblem(text.trim()),
        },
        cancel.token,
      );
      // Spaces around it come from copying.
      return value?.trim();
    } finally {
      signal?.removeEventListener('abort', onAbort);
      cancel.dispose();
    }
  }

  #description({ name, scope }: SecretAddress): string {
    const plugin = this.#plugins().find(({ id }) => id === scope);
    return plainMessage(plugin?.secrets.find((secret) => secret.name === name)?.description ?? '', 200);
  }
}

function destinationWords(goesTo: string, longest: number): string {
  return goesTo === '' ? '–' : plainMessage(goesTo, longest);
}
