import { html, type TemplateResult } from 'lit/html.js';
import { jsonPointer, jsPath } from '../../shared/jsonPath.ts';
import type { JsonTree } from '../../shared/jsonTree.ts';
import type { JsonTreeView } from '../../shared/jsonTreeView.ts';
import { t } from '../../shared/l10n.ts';
import { visibleText } from '../../shared/visibleText.ts';
import type { ShownEntry } from './shownEntry.ts';

/** Characters of a path that are shown; the end tells more than the beginning. */
const LONGEST_PATH = 300;

/** The JSON as a tree, where its current value stands, and what that is. */
export function parsedTab(entry: ShownEntry, treeView: JsonTreeView): TemplateResult {
  const { tree, detail } = entry;
  if (tree === undefined) {
    return html`<p class="remark">
      ${
        detail.raw.length < detail.rawLength
          ? t('Too long to be parsed here. The Raw tab opens it in an editor.')
          : t('There is no JSON in this entry.')
      }
    </p>`;
  }
  const copy = {
    value: () => copyValue(entry, tree, treeView),
    path: (kind: 'pointer' | 'js') => copyPath(entry, tree, treeView, kind),
  };
  const view = treeView.template(tree, t('JSON'), { copy, start: entry.firstContent });
  const row = treeView.current(tree);
  const path = jsPath(tree.path(row));
  return html`<div class="parsed">
    <div class="tree-scroll">${view}</div>
    <div class="tab-bar path-bar">
      <code class="path" title=${visibleText(path)}><bdi>${visibleText(path.slice(-LONGEST_PATH))}</bdi></code>
      <button class="link" title=${t('Copy Value (C)')} @click=${copy.value}>${t('Copy Value')}</button>
      <button class="link" title=${t('Copy JSON Pointer (P)')} @click=${() => copy.path('pointer')}>
        ${t('Copy Pointer')}
      </button>
      <button class="link" title=${t('Copy JavaScript Path (J)')} @click=${() => copy.path('js')}>
        ${t('Copy JS Path')}
      </button>
    </div>
    ${entry.preview.template(tree, row)}
  </div>`;
}

function copyValue(entry: ShownEntry, tree: JsonTree, treeView: JsonTreeView): void {
  entry.copy(tree.copyText(treeView.current(tree)), t('Value copied'));
}

function copyPath(entry: ShownEntry, tree: JsonTree, treeView: JsonTreeView, kind: 'pointer' | 'js'): void {
  const path = tree.path(treeView.current(tree));
  entry.copy(kind === 'js' ? jsPath(path) : jsonPointer(path), t('Path copied'));
}
