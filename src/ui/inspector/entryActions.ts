import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { plainMessage } from '../../base/displayText.ts';
import { ExternalMcpError } from '../../base/errors.ts';
import type { ManagedServer } from '../../servers/managedServer.ts';
import type { ServerRegistry } from '../../servers/serverRegistry.ts';
import type { CopyFormat } from '../../messages/inspector.ts';
import type { CopiedCommand, CopiedRequest } from '../../traffic/copyAs/copiedRequest.ts';
import { copiedEntry } from '../../traffic/copyAs/copiedEntry.ts';
import { copyAs } from '../../traffic/copyAs/copyAs.ts';
import { changedIn, type ReplayedRequest, replayedRequest } from '../../traffic/replay.ts';
import type { TrafficReader } from '../../traffic/trafficReader.ts';
import type { MessageDocuments } from './messageDocuments.ts';

export interface EntryActionsContext {
  traffic: TrafficReader;
  documents: MessageDocuments;
  /** Absent where what is shown was recorded elsewhere. */
  registry?: ServerRegistry;
  /** Opens the arguments of a tool in an editor. */
  editArguments(server: string, tool: string, args: object): Promise<void>;
  /** Shows a failure that nobody waits for. */
  report(error: unknown): void;
}

/** What can be done with an entry. Each rejects with an `ExternalMcpError` where it cannot be done. */
export class EntryActions {
  readonly #context: EntryActionsContext;

  constructor(context: EntryActionsContext) {
    this.#context = context;
  }

  /** Puts it on the clipboard, secrets as placeholders. */
  async copy(seq: number, format: CopyFormat): Promise<void> {
    const result = copyAs(format, this.#copied(seq));
    if (!result.ok) throw new ExternalMcpError('validation', result.message);
    await vscode.env.clipboard.writeText(result.text);
    vscode.window.setStatusBarMessage(t('Copied'), 2000);
  }

  /** Sends the request of an entry once more, or, to be edited first, opens it where it can be. Does not wait for the answer. */
  async replay(seq: number, edit: boolean): Promise<void> {
    if (this.#context.traffic.place(seq) === undefined) throw goneError();
    const request = replayedRequest(this.#context.traffic, seq, edit ? 'edit' : 'send');
    if (request === undefined || this.#context.registry === undefined) {
      throw new ExternalMcpError('validation', t('There is no request here that could be sent again.'));
    }
    const server = this.#context.registry.get(request.server);
    const changed = changedIn(this.#context.traffic, seq);
    if (!edit && changed !== undefined)
      throw new ExternalMcpError(
        'validation',
        t(
          '{0} would be sent with other digits. Copy the request as cURL, which sends it as it is.',
          shortened(changed),
        ),
      );
    if (edit) await this.#edit(request, changed);
    else send(server, request).catch((error: unknown) => this.#context.report(error));
  }

  async compare(left: number, right: number): Promise<void> {
    const title = t('Message {0} and message {1}', left, right);
    await vscode.commands.executeCommand('vscode.diff', this.#document(left), this.#document(right), title);
  }

  async open(seq: number): Promise<void> {
    const document = await vscode.workspace.openTextDocument(this.#document(seq));
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true });
  }

  async #edit(request: ReplayedRequest, changed: string | undefined): Promise<void> {
    const { server, method, tool, params } = request;
    if (tool !== undefined) {
      await this.#context.editArguments(server, tool.name, tool.args);
      warnOfChanges(request, changed);
      return;
    }
    warnOfChanges(request, changed);
    const content = JSON.stringify(params);
    const prompt = plainMessage(t('Parameters of {0}', method));
    const edited = await vscode.window.showInputBox({
      title: prompt,
      prompt,
      value: content,
      ignoreFocusOut: true,
      validateInput: problemOf,
    });
    const registry = this.#context.registry;
    if (edited === undefined || registry === undefined) return;
    const sent = send(registry.get(server), { method, params: JSON.parse(edited) as Record<string, unknown> });
    sent.catch((error: unknown) => this.#context.report(error));
  }

  #document(seq: number): vscode.Uri {
    const { traffic, documents } = this.#context;
    const entry = traffic.entry(seq);
    if (entry === undefined) throw goneError();
    return documents.create(seq, new TextDecoder().decode(entry.raw), traffic.jsonText(seq));
  }

  /** As the server is reached now, which a recorded head does not say. */
  #copied(seq: number): CopiedRequest {
    const { traffic, registry } = this.#context;
    const name = traffic.row(seq)?.server;
    const server = registry?.servers.find((candidate) => candidate.name === name);
    const { url, transport } = server?.snapshot() ?? {};
    const stdio = transport === 'stdio' ? commandOf(server) : undefined;
    const copied = copiedEntry(traffic, seq, {
      ...(url === undefined ? {} : { origin: new URL(url).origin }),
      ...(transport === undefined ? {} : { dialect: { transport, ...(url === undefined ? {} : { url }) } }),
      ...(stdio === undefined ? {} : { stdio }),
    });
    if (copied === undefined) throw goneError();
    return copied;
  }
}

async function send(
  server: ManagedServer,
  { method, params, tool }: Pick<ReplayedRequest, 'method' | 'params' | 'tool'>,
): Promise<void> {
  if (tool !== undefined) await server.callTool({ tool: tool.name, args: tool.args, origin: 'user' });
  else await server.request(method, params, {});
}

/** What is edited is not in all what was sent. */
function warnOfChanges({ isMasked }: ReplayedRequest, changed: string | undefined): void {
  const warnings = [
    isMasked ? t('Secrets are masked here. Fill them in before you send.') : undefined,
    changed === undefined ? undefined : t('{0} was sent with other digits than are shown here.', shortened(changed)),
  ];
  for (const warning of warnings) if (warning !== undefined) void vscode.window.showWarningMessage(warning);
}

/** Digits, as many as a message has room for. */
function shortened(number: string): string {
  return number.length <= 40 ? number : `${number.slice(0, 40)}…`;
}

/** How its definition starts it; variables stand as they are written. */
function commandOf(server: ManagedServer | undefined): CopiedCommand | undefined {
  const raw = server?.entry.raw;
  if (typeof raw !== 'object' || raw === null || !('command' in raw) || typeof raw.command !== 'string')
    return undefined;
  const args = 'args' in raw && Array.isArray(raw.args) ? raw.args.filter((arg) => typeof arg === 'string') : [];
  return { command: raw.command, args };
}

function problemOf(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : t('Write a JSON object.');
  } catch {
    return t('This is not JSON.');
  }
}

function goneError(): ExternalMcpError {
  return new ExternalMcpError(
    'validation',
    t('This entry is no longer in the recording. Export the traffic, or give it more memory in the settings.'),
  );
}
