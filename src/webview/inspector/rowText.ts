import { t } from '@vscode/l10n';
import { displayText } from '../../base/displayText.ts';
import type { ColumnId, RowMark, Severity, TrafficRow } from '../../messages/inspector.ts';
import { formatDateTime, formatDuration, formatSize, formatTime } from '../shared/format.ts';

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
    case 'tool':
      return t('Tool');
    case 'kind':
      return t('Type');
    case 'status':
      return t('Status');
    case 'duration':
      return t('Duration');
    case 'size':
      return t('Size');
    case 'waterfall':
      return t('Waterfall');
  }
}

/** @param hasTool the tool has a column of its own */
export function cellText(row: TrafficRow, column: ColumnId, hasTool = false): CellText {
  switch (column) {
    case 'time':
      return { text: formatTime(row.time) };
    case 'direction':
      return directionText(row.direction);
    case 'server':
      return { text: displayText(row.server, LABEL_LENGTH) };
    case 'label': {
      const text = displayText(row.label, LABEL_LENGTH);
      return row.tool === undefined || hasTool ? { text } : { text, extra: displayText(row.tool, LABEL_LENGTH) };
    }
    case 'tool':
      return { text: row.tool === undefined ? '' : displayText(row.tool, LABEL_LENGTH) };
    case 'kind': {
      const [text, extra] = [kindText(row), channelText(row.channel)];
      return text === extra ? { text } : { text, extra };
    }
    case 'status':
      return { text: row.status === undefined ? '' : String(row.status) };
    case 'duration':
      if (row.isPending === true) return { text: t('pending') };
      return { text: row.durationMs === undefined ? '' : formatDuration(row.durationMs) };
    case 'size':
      return { text: row.size === 0 ? '' : formatSize(row.size) };
    case 'waterfall':
      return { text: '' };
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

/** Whether the row tells of something that went wrong: a JSON-RPC error, a tool that failed, a refusal by the server, or an exchange that broke. */
export function isFailure(row: TrafficRow): boolean {
  const isBreak = row.direction === 'internal' && row.channel === 'http-response';
  return row.kind === 'error' || row.mark === 'failed' || (row.status ?? 0) >= 400 || isBreak;
}

/** Whether the row was sent in an HTTP request, or is what one was answered with: the host has that request as a command, or a sentence why not. */
export function belongsToHttpRequest({ direction, channel, kind }: TrafficRow): boolean {
  if (direction === 'sent') return channel === 'http-request';
  return channel === 'http-response' || (channel === 'sse' && (kind === 'response' || kind === 'error'));
}

/** A word for the row, and a sentence that explains it. */
export function markText(mark: RowMark): { text: string; title: string } {
  switch (mark) {
    case 'late':
      return { text: t('late'), title: t('Came after its request had been given up') };
    case 'duplicate':
      return { text: t('duplicate'), title: t('Its request has been answered before') };
    case 'orphan':
      return { text: t('orphan'), title: t('Answers no request') };
    case 'unanswered':
      return { text: t('unanswered'), title: t('Its exchange or stream ended without an answer') };
    case 'failed':
      return { text: t('failed'), title: t('The tool says that it failed (isError)') };
  }
}

export function notesText({ count, severity }: { count: number; severity: Severity }): string {
  switch (severity) {
    case 'error':
      return count === 1 ? t('1 note, an error') : t('{0} notes, the worst an error', count);
    case 'warning':
      return count === 1 ? t('1 note, a warning') : t('{0} notes, the worst a warning', count);
    case 'info':
      return count === 1 ? t('1 note') : t('{0} notes', count);
  }
}

/** The row in one breath, as its accessible name: what matters first. */
export function rowSummary(row: TrafficRow): string {
  const label = displayText(row.label, LABEL_LENGTH);
  const server = displayText(row.server, LABEL_LENGTH);
  if (row.isBoundary === true) return [label, server, formatDateTime(row.time)].join(', ');
  const tool = row.tool === undefined ? '' : ` ${displayText(row.tool, LABEL_LENGTH)}`;
  const parts = [
    `${directionText(row.direction).spoken} ${kindText(row)} ${label}${tool}`,
    row.isPending === true ? t('waiting for its answer') : undefined,
    row.mark === undefined ? undefined : markText(row.mark).text,
    row.notes === undefined || row.notes.count === 0 ? undefined : notesText(row.notes),
    row.status === undefined ? undefined : t('status {0}', row.status),
    row.durationMs === undefined ? undefined : formatDuration(row.durationMs),
    row.size === 0 ? undefined : formatSize(row.size),
    server,
    row.call === undefined ? undefined : t('belongs to #{0}', row.call),
    formatTime(row.time),
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}
