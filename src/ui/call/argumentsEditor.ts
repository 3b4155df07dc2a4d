import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { plainMessage } from '../../base/displayText.ts';
import { ExternalMcpError, messageOf } from '../../base/errors.ts';
import { type Disposable, DisposableStore } from '../../base/lifecycle.ts';
import { addressOf, ArgumentFiles, ARGUMENTS_SCHEME } from './argumentFiles.ts';
import { type CallAddress, partsOf } from './callAddress.ts';
import { type CallSources, findCallable, getCallable } from './callables.ts';
import { isSchemaReference, SchemaDocuments } from './schemaDocuments.ts';

/** Arguments as JSON in a real editor, with a "Call" or "Run" above them. */
export class ArgumentsEditor implements vscode.CodeLensProvider, Disposable {
  readonly #sources: CallSources;
  readonly #files = new ArgumentFiles();
  readonly #schemas: SchemaDocuments;
  readonly #owned = new DisposableStore();

  constructor(sources: CallSources) {
    this.#sources = sources;
    this.#owned.add(this.#files);
    this.#schemas = this.#owned.add(new SchemaDocuments(sources));
    this.#owned.add(vscode.languages.registerCodeLensProvider({ scheme: ARGUMENTS_SCHEME }, this));
  }

  /** Opens the document of a tool or an action; its content is what was written last, unless `args` replaces it. */
  async open(address: CallAddress, args?: object): Promise<void> {
    const callable = getCallable(this.#sources, address);
    const uri = this.#files.prepare(address, callable, this.#schemas.uriOf(address), args);
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document, { viewColumn: textColumn(), preview: true });
    editor.selection = selectionAfterSchema(document);
  }

  /** Reads the arguments out of the active editor. Throws `validation` when it holds no JSON object. */
  async read(): Promise<{ address: CallAddress; args: Record<string, unknown> }> {
    const document = vscode.window.activeTextEditor?.document;
    const address = document === undefined ? undefined : addressOf(document.uri);
    if (document === undefined || address === undefined) {
      throw new ExternalMcpError(
        'validation',
        t('Open the arguments first, with “Call Tool…” or “Run Plugin Action…”.'),
      );
    }
    // Saved, so that closing the editor later asks no question.
    await document.save();
    return { address, args: parseArguments(document.getText(), address) };
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const address = addressOf(document.uri);
    if (address === undefined) return [];
    const words =
      address.kind === 'tool'
        ? t('Call {0} on {1}', address.tool, address.server)
        : t('Run {0} of {1}', address.action, findCallable(this.#sources, address)?.owner ?? address.plugin);
    const title = `$(play) ${plainMessage(words, 200)}`;
    return [new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { title, command: 'externalMcp.runArguments' })];
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

function parseArguments(text: string, address: CallAddress): Record<string, unknown> {
  const { name } = partsOf(address);
  const about = address.kind === 'tool' ? { server: address.server } : {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const message = t('The arguments of “{0}” are not valid JSON: {1}', name, messageOf(error));
    throw new ExternalMcpError('validation', message, about);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ExternalMcpError('validation', t('The arguments of “{0}” have to be a JSON object: { … }', name), about);
  }
  const args = value as Record<string, unknown>;
  if (!isSchemaReference(args['$schema'])) return args;
  const { $schema: _ours, ...rest } = args;
  return rest;
}

/** The first column, unless the panel of a call stands there: what is written is not put over what came of it. */
function textColumn(): vscode.ViewColumn {
  const isPanel = ({ activeTab }: vscode.TabGroup): boolean =>
    activeTab?.input instanceof vscode.TabInputWebview && activeTab.input.viewType.endsWith('externalMcp.toolCall');
  const [first, ...others] = vscode.window.tabGroups.all;
  if (first === undefined || !isPanel(first)) return vscode.ViewColumn.One;
  return others.find((group) => !isPanel(group))?.viewColumn ?? vscode.ViewColumn.Beside;
}

/** The first value that is for people to fill in. */
function selectionAfterSchema(document: vscode.TextDocument): vscode.Selection {
  const line = document.lineAt(Math.min(2, document.lineCount - 1));
  const colon = line.text.indexOf(': ');
  const start = line.range.start.translate(0, colon === -1 ? line.text.length : colon + 2);
  const end = line.range.start.translate(0, line.text.replace(/,$/, '').length);
  return new vscode.Selection(start, end);
}
