import * as vscode from 'vscode';
import type { Disposable } from '../../base/lifecycle.ts';
import type { ServerRegistry } from '../../servers/serverRegistry.ts';
import type { ToolAddress } from './argumentFiles.ts';

/** Scheme under which the editor's JSON support asks for the schema of a tool. */
const SCHEMA_SCHEME = 'external-mcp-schema';

/** Serves the input schemas of tools as documents, which is all that the JSON editor needs for completion and validation. */
export class SchemaDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #registry: ServerRegistry;
  readonly #registration: vscode.Disposable;

  constructor(registry: ServerRegistry) {
    this.#registry = registry;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(SCHEMA_SCHEME, this);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const [server, tool] = uri.path.slice(1).split('/').map(decodeURIComponent);
    const found = this.#registry.servers.find(({ name }) => name === server)?.tools.find(({ name }) => name === tool);
    return JSON.stringify(found === undefined ? {} : allowSchemaKey(found.inputSchema));
  }

  dispose(): void {
    this.#registration.dispose();
  }
}

/** Address of a tool's schema. */
export function schemaUri({ server, tool }: ToolAddress): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEMA_SCHEME, path: `/${encodeURIComponent(server)}/${encodeURIComponent(tool)}` });
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
