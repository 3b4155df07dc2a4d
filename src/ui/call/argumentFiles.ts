import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/lifecycle.ts';
import { addressFrom, type CallAddress, partsOf, tame } from './callAddress.ts';
import type { Callable } from './callables.ts';
import { skeleton } from './skeleton.ts';

/** Scheme of the documents in which arguments are written; the menus and keybindings in package.json look for it. */
export const ARGUMENTS_SCHEME = 'external-mcp-arguments';
/** Bytes of all arguments kept; the longest-unused go first. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * The arguments of tools and actions as documents that live as long as the window: a real editor, with completion and validation by
 * their own schema, whose content is kept from call to call and never asks to be saved somewhere.
 */
export class ArgumentFiles implements vscode.FileSystemProvider, Disposable {
  readonly #owned = new DisposableStore();
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #files = new Map<string, { content: Uint8Array; changed: number }>();

  constructor() {
    this.#owned.add(vscode.workspace.registerFileSystemProvider(ARGUMENTS_SCHEME, this, { isCaseSensitive: true }));
    this.#owned.add(this.#changed);
  }

  readonly onDidChangeFile = this.#changed.event;

  /** The document for the arguments of a tool or an action; with `args`, its content is replaced. */
  prepare(address: CallAddress, { schema }: Callable, schemaUri: vscode.Uri, args?: object): vscode.Uri {
    const uri = addressUri(address);
    if (args !== undefined || !this.#files.has(uri.toString())) {
      const content = { $schema: schemaUri.toString(), ...(args ?? skeleton(schema)) };
      this.#put(uri, new TextEncoder().encode(`${JSON.stringify(content, undefined, 2)}\n`));
    }
    return uri;
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const file = this.#get(uri);
    return { type: vscode.FileType.File, ctime: 0, mtime: file.changed, size: file.content.length };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return this.#get(uri).content;
  }

  writeFile(uri: vscode.Uri, content: Uint8Array): void {
    this.#put(uri, content);
  }

  watch(): vscode.Disposable {
    // Nobody but the editor changes them.
    return new vscode.Disposable(() => {});
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.#owned.dispose();
    this.#files.clear();
  }

  #get(uri: vscode.Uri): { content: Uint8Array; changed: number } {
    const file = this.#files.get(uri.toString());
    if (file === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    return file;
  }

  #put(uri: vscode.Uri, content: Uint8Array): void {
    const key = uri.toString();
    this.#files.delete(key);
    this.#files.set(key, { content, changed: Date.now() });
    let bytes = [...this.#files.values()].reduce((sum, file) => sum + file.content.length, 0);
    for (const [oldest, file] of this.#files) {
      if (bytes <= MAX_BYTES || oldest === key) break;
      this.#files.delete(oldest);
      bytes -= file.content.length;
    }
    this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }
}

function addressUri(address: CallAddress): vscode.Uri {
  const { owner, name } = partsOf(address);
  // The path is only for people; what counts is in the query, where no name can climb out of its folder.
  return vscode.Uri.from({
    scheme: ARGUMENTS_SCHEME,
    path: `/${tame(owner)}/${tame(name)}.json`,
    query: JSON.stringify([address.kind, owner, name]),
  });
}

/** The tool or action that a document belongs to; undefined when it is not one of ours. */
export function addressOf(uri: vscode.Uri): CallAddress | undefined {
  if (uri.scheme !== ARGUMENTS_SCHEME) return undefined;
  const parts: unknown = JSON.parse(uri.query);
  if (!Array.isArray(parts)) return undefined;
  const [kind, owner, name]: unknown[] = parts;
  return addressFrom(kind, owner, name);
}
