import type { CopyFormat, TrafficRow } from '../../messages/inspector.ts';
import { t } from '../shared/l10n.ts';
import type { MenuItem } from '../shared/popupMenu.ts';
import { belongsToHttpRequest } from './rowText.ts';

export interface RowMenuHandlers {
  open: (seq: number) => void;
  copyAs: (seq: number, format: CopyFormat) => void;
  compare: (seq: number) => void;
  replay: (seq: number, edit: boolean) => void;
  goTo: (seq: number) => void;
  select: (row: TrafficRow) => void;
  filterByServer: (server: string) => void;
  filterByMethod: (method: string) => void;
  filterBySession: (seq: number) => void;
}

export interface RowMenuContext {
  /** There is another row that is selected. */
  canCompare: boolean;
  isSelected: boolean;
  /** An imported file is shown: there is nothing to send. */
  isFile: boolean;
}

/** What can be done with a row; `undefined` is a line between groups. */
export function rowMenu(row: TrafficRow, context: RowMenuContext, handlers: RowMenuHandlers): (MenuItem | undefined)[] {
  const { seq, call } = row;
  const copy = copyFormats(row).map(([format, label]) => ({ label, run: () => handlers.copyAs(seq, format) }));
  const canSend = row.kind === 'request' && row.direction === 'sent';
  const send: (MenuItem | undefined)[] =
    context.isFile || !canSend
      ? []
      : [
          { label: t('Replay'), run: () => handlers.replay(seq, false) },
          { label: t('Edit and Resend…'), run: () => handlers.replay(seq, true) },
          undefined,
        ];
  const isMessage = row.kind !== 'comment' && row.kind !== 'other';
  return [
    { label: t('Open in Editor'), run: () => handlers.open(seq) },
    ...(call === undefined ? [] : [{ label: t('Go to Call #{0}', call), hint: '←', run: () => handlers.goTo(call) }]),
    undefined,
    ...send,
    ...copy,
    undefined,
    {
      label: t('Select to Compare'),
      hint: t('Ctrl+Space'),
      isDisabled: context.isSelected,
      run: () => handlers.select(row),
    },
    { label: t('Compare with Selected'), isDisabled: !context.canCompare, run: () => handlers.compare(seq) },
    undefined,
    { label: t('Filter by This Server'), run: () => handlers.filterByServer(row.server) },
    ...(isMessage ? [{ label: t('Filter by This Method'), run: () => handlers.filterByMethod(row.label) }] : []),
    { label: t('Filter by This Session'), run: () => handlers.filterBySession(seq) },
  ];
}

/** The formats that a row can be had in: what belongs to a request over HTTP as a command, what is a message as JSON. */
function copyFormats(row: TrafficRow): [CopyFormat, string][] {
  const isMessage = row.kind !== 'comment' && row.kind !== 'other';
  const isHttp = belongsToHttpRequest(row);
  const formats: [CopyFormat, string, boolean][] = [
    ['json-rpc', t('Copy as JSON-RPC'), isMessage],
    ['curl', t('Copy as cURL'), isHttp],
    ['powershell', t('Copy as PowerShell'), isHttp],
    ['fetch', t('Copy as fetch'), isHttp],
    ['sdk', t('Copy as TypeScript SDK'), isMessage && row.direction === 'sent'],
    ['raw', t('Copy Raw Text'), true],
  ];
  return formats.flatMap(([format, label, fits]) => (fits ? [[format, label]] : []));
}
