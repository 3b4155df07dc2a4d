import { t } from '@vscode/l10n';
import { displayText } from '../../base/displayText.ts';
import type { TrafficRow } from '../../messages/inspector.ts';
import { formatDuration, formatSize, formatTime } from '../shared/format.ts';

export type ColumnId = 'time' | 'direction' | 'server' | 'label' | 'kind' | 'status' | 'duration' | 'size';

/** What a cell shows; `spoken` stands for signs that a screen reader does not read. */
export interface CellText {
  text: string;
  spoken?: string;
  /** Shown dimmed after the text. */
  extra?: string;
}

/** Characters of a label; the widest panel shows fewer, and the detail shows all. */
const LABEL_LENGTH = 300;

export function columnTitle(column: ColumnId): string {
  switch (column) {
    case 'time':
      return t('Time');
    case 'direction':
      return t('Direction');
    case 'server':
      return t('Server');
    case 'label':
      return t('Method');
    case 'kind':
      return t('Type');
    case 'status':
      return t('Status');
    case 'duration':
      return t('Duration');
    case 'size':
      return t('Size');
  }
}

export function cellText(row: TrafficRow, column: ColumnId): CellText {
  switch (column) {
    case 'time':
      return { text: formatTime(row.time) };
    case 'direction':
      return directionText(row.direction);
    case 'server':
      return { text: displayText(row.server, LABEL_LENGTH) };
    case 'label': {
      const text = displayText(row.label, LABEL_LENGTH);
      return row.tool === undefined ? { text } : { text, extra: displayText(row.tool, LABEL_LENGTH) };
    }
    case 'kind': {
      const [text, extra] = [kindText(row), channelText(row.channel)];
      return text === extra ? { text } : { text, extra };
    }
    case 'status':
      return { text: row.status === undefined ? '' : String(row.status) };
    case 'duration':
      return { text: row.durationMs === undefined ? '' : formatDuration(row.durationMs) };
    case 'size':
      return { text: row.size === 0 ? '' : formatSize(row.size) };
  }
}

export function directionText(direction: TrafficRow['direction']): CellText {
  switch (direction) {
    case 'sent':
      return { text: '→', spoken: t('sent') };
    case 'received':
      return { text: '←', spoken: t('received') };
    case 'internal':
      return { text: '·', spoken: t('internal') };
  }
}

export function kindText(row: Pick<TrafficRow, 'kind' | 'channel'>): string {
  switch (row.kind) {
    case 'request':
      return t('request');
    case 'response':
      return t('response');
    case 'error':
      return t('error');
    case 'notification':
      return t('notification');
    case 'comment':
      return t('comment');
    case 'other':
      return channelText(row.channel);
  }
}

export function channelText(channel: TrafficRow['channel']): string {
  switch (channel) {
    case 'http-request':
    case 'http-response':
      return 'HTTP';
    case 'sse':
      return 'SSE';
    case 'stdio':
      return 'stdio';
    case 'process':
      return t('process');
  }
}

/** Whether the row tells of something that went wrong: a JSON-RPC error, or a refusal by the server. */
export function isFailure(row: TrafficRow): boolean {
  return row.kind === 'error' || (row.status !== undefined && row.status >= 400);
}
