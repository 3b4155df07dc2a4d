import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import type { Disposable } from '../../base/lifecycle.ts';
import { BoundedMap } from '../../base/boundedMap.ts';
import { indentJson } from '../../base/indentJson.ts';

/** Scheme of documents that hold a message of the traffic. */
const SCHEME = 'external-mcp-message';
/** Documents that are kept; the oldest goes first, and its editor then says so. */
const MAX_DOCUMENTS = 50;
/** Characters of JSON beyond which indenting would take longer than anybody waits. */
const MAX_INDENTED = 1_000_000;

/** Messages as read-only documents: they ask no question when they are closed, and live as long as the window. */
export class MessageDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #registration: vscode.Disposable;
  /** By address, in the order they were opened. */
  readonly #contents = new BoundedMap<string, string>(MAX_DOCUMENTS);
  #count = 0;

  constructor() {
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  /** A document of its own for a message: as indented JSON where it is some, else as it is. */
  create(seq: number, text: string, json: string | undefined): vscode.Uri {
    this.#count += 1;
    const path = `/${this.#count}/${seq}.${json === undefined ? 'txt' : 'json'}`;
    const uri = vscode.Uri.from({ scheme: SCHEME, path });
    this.#contents.set(uri.toString(), json === undefined ? text : indented(json));
    return uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#contents.get(uri.toString()) ?? t('This message is no longer kept. Open it again from the inspector.');
  }

  dispose(): void {
    this.#registration.dispose();
    this.#contents.clear();
  }
}

function indented(json: string): string {
  return json.length > MAX_INDENTED ? json : indentJson(json);
}
