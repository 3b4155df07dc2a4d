import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/lifecycle.ts';
import type { ServerRegistry } from '../../servers/serverRegistry.ts';
import { safeSchema } from './safeSchema.ts';
import { tame, type ToolAddress } from './toolAddress.ts';

/** Scheme under which the editor's JSON support asks for the schema of a tool. */
const SCHEMA_SCHEME = 'external-mcp-schema';

/**
 * Serves the input schemas of tools as documents, which is all that the JSON editor needs for completion and validation.
 * Their addresses stand in front of people, so they are short: `external-mcp-schema:/Sample_Server/add`.
 */
export class SchemaDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #registry: ServerRegistry;
  readonly #owned = new DisposableStore();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  /** By path; one per tool whose arguments were opened in this window. */
  readonly #addresses = new Map<string, ToolAddress>();

  constructor(registry: ServerRegistry) {
    this.#registry = registry;
    this.#owned.add(this.#changed);
    this.#owned.add(vscode.workspace.registerTextDocumentContentProvider(SCHEMA_SCHEME, this));
    this.#owned.add(registry.onDidChangeServer(({ name }) => this.#tellAbout(name)));
  }

  readonly onDidChange = this.#changed.event;

  /** Address of a tool's schema. */
  uriOf(address: ToolAddress): vscode.Uri {
    // Without spaces, which an address would spell %20.
    const plain = `/${tame(address.server)}/${tame(address.tool)}`.replaceAll(' ', '_');
    let path = plain;
    // Two names may look the same once tamed.
    for (let twin = 2; !isSame(this.#addresses.get(path) ?? address, address); twin += 1) path = `${plain}-${twin}`;
    this.#addresses.set(path, address);
    return vscode.Uri.from({ scheme: SCHEMA_SCHEME, path });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const address = this.#addresses.get(uri.path);
    const server = this.#registry.servers.find(({ name }) => name === address?.server);
    const tool = server?.tools.find(({ name }) => name === address?.tool);
    return JSON.stringify(tool === undefined ? {} : allowSchemaKey(safeSchema(tool.inputSchema)));
  }

  dispose(): void {
    this.#owned.dispose();
  }

  /** After a restart a tool may want other arguments. */
  #tellAbout(server: string): void {
    for (const [path, address] of this.#addresses) {
      if (address.server === server) this.#changed.fire(vscode.Uri.from({ scheme: SCHEMA_SCHEME, path }));
    }
  }
}

function isSame(a: ToolAddress, b: ToolAddress): boolean {
  return a.server === b.server && a.tool === b.tool;
}

/** Whether a `$schema` in arguments is the one that we put there. */
export function isSchemaReference(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith(`${SCHEMA_SCHEME}:`);
}

/** The document names its schema, which a schema that forbids further properties would call an error. */
function allowSchemaKey(schema: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { properties } = schema;
  const known = typeof properties === 'object' && properties !== null ? properties : {};
  return { ...schema, properties: { ...known, $schema: { type: 'string', doNotSuggest: true } } };
}
