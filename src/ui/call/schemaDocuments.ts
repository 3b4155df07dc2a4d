import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/lifecycle.ts';
import { type CallAddress, isSameAddress, partsOf, tame } from './callAddress.ts';
import { type CallSources, findCallable } from './callables.ts';
import { safeSchema } from './safeSchema.ts';

/** Scheme under which the editor's JSON support asks for the schema of a tool or an action. */
const SCHEMA_SCHEME = 'external-mcp-schema';

/**
 * Serves the schemas of arguments as documents, which is all that the JSON editor needs for completion and validation.
 * Their addresses stand in front of people, so they are short: `external-mcp-schema:/Sample_Server/add`.
 */
export class SchemaDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #sources: CallSources;
  readonly #owned = new DisposableStore();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  /** By path; one per tool and action whose arguments were opened in this window. */
  readonly #addresses = new Map<string, CallAddress>();

  constructor(sources: CallSources) {
    this.#sources = sources;
    this.#owned.add(this.#changed);
    this.#owned.add(vscode.workspace.registerTextDocumentContentProvider(SCHEMA_SCHEME, this));
    const { registry, plugins } = sources;
    // After a restart a tool may want other arguments, and an action after an update of its extension.
    this.#owned.add(registry.onDidChangeServer(({ name }) => this.#tellAbout('tool', name)));
    this.#owned.add(plugins.onDidChangePlugins(() => this.#tellAbout('action')));
  }

  readonly onDidChange = this.#changed.event;

  /** Address of the schema of a tool's or action's arguments. */
  uriOf(address: CallAddress): vscode.Uri {
    const { owner, name } = partsOf(address);
    // Without spaces, which an address would spell %20.
    const plain = `/${tame(owner)}/${tame(name)}`.replaceAll(' ', '_');
    let path = plain;
    // Two names may look the same once tamed.
    for (let twin = 2; !isSameAddress(this.#addresses.get(path) ?? address, address); twin += 1)
      path = `${plain}-${twin}`;
    this.#addresses.set(path, address);
    return vscode.Uri.from({ scheme: SCHEMA_SCHEME, path });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const address = this.#addresses.get(uri.path);
    const callable = address === undefined ? undefined : findCallable(this.#sources, address);
    return JSON.stringify(callable === undefined ? {} : allowSchemaKey(safeSchema(callable.schema)));
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #tellAbout(kind: CallAddress['kind'], owner?: string): void {
    for (const [path, address] of this.#addresses) {
      if (address.kind !== kind || (owner !== undefined && partsOf(address).owner !== owner)) continue;
      this.#changed.fire(vscode.Uri.from({ scheme: SCHEMA_SCHEME, path }));
    }
  }
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
