import { config } from '@vscode/l10n';
import { isRecord } from '../../messages/guards.ts';

export { t } from '@vscode/l10n';

/** Takes the translations from the page's `<script type="application/json" id="l10n">`, where the host puts its bundle; without it, texts are English. */
export function loadTranslations(): void {
  const text = document.getElementById('l10n')?.textContent;
  if (!text) return;
  const bundle: unknown = JSON.parse(text);
  if (!isRecord(bundle)) return;
  const strings = Object.entries(bundle).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  config({ contents: Object.fromEntries(strings) });
}
