import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { indentJson } from '../../base/indentJson.ts';
import { type Disposable, DisposableStore } from '../../base/lifecycle.ts';
import { KeptTexts } from './keptTexts.ts';

/** Scheme of documents that hold a message of the traffic. */
const SCHEME = 'external-mcp-message';
/** Characters of JSON beyond which indenting would take longer than anybody waits. */
const MAX_INDENTED = 1_000_000;

/**
 * Messages as read-only documents: they ask no question when they are closed, and are kept until then. Of too many or too long ones the oldest is
 * forgotten before; an editor that asks for it again says so.
 */
export class MessageDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #owned = new DisposableStore();
  /** By address, in the order they were opened. */
  readonly #contents = new KeptTexts();
  #count = 0;

  constructor() {
    this.#owned.add(vscode.workspace.registerTextDocumentContentProvider(SCHEME, this));
    this.#owned.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === SCHEME) this.#contents.forget(uri.toString());
      }),
    );
  }

  /** A document of its own for a message: as indented JSON where it is some, else as it is. */
  create(seq: number, text: string, json: string | undefined): vscode.Uri {
    this.#count += 1;
    const path = `/${this.#count}/${seq}.${json === undefined ? 'txt' : 'json'}`;
    const uri = vscode.Uri.from({ scheme: SCHEME, path });
    this.#contents.add(uri.toString(), json === undefined ? text : indented(json));
    return uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#contents.get(uri.toString()) ?? t('This message is no longer kept. Open it again from the inspector.');
  }

  dispose(): void {
    this.#owned.dispose();
    this.#contents.clear();
  }
}

function indented(json: string): string {
  return json.length > MAX_INDENTED ? json : indentJson(json);
}
