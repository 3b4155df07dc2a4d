import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { plainMessage } from '../../base/displayText.ts';
import { ExternalMcpError, messageOf } from '../../base/errors.ts';
import { type Disposable, DisposableStore } from '../../base/lifecycle.ts';
import type { ServerRegistry } from '../../servers/serverRegistry.ts';
import { addressOf, ArgumentFiles, ARGUMENTS_SCHEME } from './argumentFiles.ts';
import { isSchemaReference, SchemaDocuments } from './schemaDocuments.ts';
import type { ToolAddress } from './toolAddress.ts';

/** Arguments as JSON in a real editor, with a "Call" above them. */
export class ArgumentsEditor implements vscode.CodeLensProvider, Disposable {
  readonly #registry: ServerRegistry;
  readonly #files = new ArgumentFiles();
  readonly #schemas: SchemaDocuments;
  readonly #owned = new DisposableStore();

  constructor(registry: ServerRegistry) {
    this.#registry = registry;
    this.#owned.add(this.#files);
    this.#schemas = this.#owned.add(new SchemaDocuments(registry));
    this.#owned.add(vscode.languages.registerCodeLensProvider({ scheme: ARGUMENTS_SCHEME }, this));
  }

  /** Opens the document of a tool; its content is what was written last, unless `args` replaces it. */
  async open(server: string, toolName: string, args?: object): Promise<void> {
    const tool = this.#registry.get(server).tools.find(({ name }) => name === toolName);
    if (tool === undefined) {
      throw new ExternalMcpError(
        'validation',
        t('“{0}” has no tool “{1}”. Start it and look at its tools in the tree.', server, toolName),
        {
          server,
        },
      );
    }
    const uri = this.#files.prepare(server, tool, this.#schemas.uriOf({ server, tool: toolName }), args);
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One, preview: true });
    editor.selection = selectionAfterSchema(document);
  }

  /** Reads the arguments out of the active editor. Throws `validation` when it holds no JSON object. */
  async read(): Promise<{ address: ToolAddress; args: Record<string, unknown> }> {
    const document = vscode.window.activeTextEditor?.document;
    const address = document === undefined ? undefined : addressOf(document.uri);
    if (document === undefined || address === undefined) {
      throw new ExternalMcpError('validation', t('Open the arguments of a tool first, with “Call Tool…”.'));
    }
    // Saved, so that closing the editor later asks no question.
    await document.save();
    return { address, args: parseArguments(document.getText(), address) };
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const address = addressOf(document.uri);
    if (address === undefined) return [];
    const title = `$(play) ${plainMessage(t('Call {0} on {1}', address.tool, address.server), 200)}`;
    return [new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { title, command: 'externalMcp.runArguments' })];
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

function parseArguments(text: string, { server, tool }: ToolAddress): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ExternalMcpError(
      'validation',
      t('The arguments of “{0}” are not valid JSON: {1}', tool, messageOf(error)),
      { server },
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ExternalMcpError('validation', t('The arguments of “{0}” have to be a JSON object: { … }', tool), {
      server,
    });
  }
  const args = value as Record<string, unknown>;
  if (!isSchemaReference(args['$schema'])) return args;
  const { $schema: _ours, ...rest } = args;
  return rest;
}

/** The first value that is for people to fill in. */
function selectionAfterSchema(document: vscode.TextDocument): vscode.Selection {
  const line = document.lineAt(Math.min(2, document.lineCount - 1));
  const colon = line.text.indexOf(': ');
  const start = line.range.start.translate(0, colon === -1 ? line.text.length : colon + 2);
  const end = line.range.start.translate(0, line.text.replace(/,$/, '').length);
  return new vscode.Selection(start, end);
}
