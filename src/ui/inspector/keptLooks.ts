import type * as vscode from 'vscode';
import { isString } from '../../messages/guards.ts';
import { LAYOUT_LIMIT, type SavedFilter } from '../../messages/inspector.ts';
import { isSavedFilters } from '../../messages/inspectorChecks.ts';

const FILTERS = 'inspector.filters';
const LAYOUT = 'inspector.layout';

/** What is kept of the inspector's looks for the next panel and the next window: filters with a name, and the list's columns. */
export class KeptLooks {
  readonly #memento: vscode.Memento;

  constructor(memento: vscode.Memento) {
    this.#memento = memento;
  }

  /** What another version wrote and this one does not understand counts as nothing. */
  read(): { filters: readonly SavedFilter[]; layout?: string } {
    const filters: unknown = this.#memento.get(FILTERS);
    const layout: unknown = this.#memento.get(LAYOUT);
    return {
      filters: isSavedFilters(filters) ? filters : [],
      ...(isString(layout, LAYOUT_LIMIT) ? { layout } : {}),
    };
  }

  async saveFilters(filters: readonly SavedFilter[]): Promise<void> {
    await this.#memento.update(FILTERS, filters);
  }

  async saveLayout(layout: string): Promise<void> {
    await this.#memento.update(LAYOUT, layout);
  }
}
