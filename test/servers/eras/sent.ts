import type { TrafficRecord } from '../../../src/base/traffic.ts';

/** What a client sent over HTTP, in order: `POST /mcp initialize`, `GET /sse`; an answer of its own is `POST /mcp answer`. */
export function sentIn(records: readonly TrafficRecord[]): string[] {
  const sent = records.filter(({ channel }) => channel === 'http-request');
  return sent
    .filter(({ part }) => part === 'head')
    .map((head) => {
      const line = /^(\S+ \S+)/.exec(textOf(head))?.[1] ?? '';
      const body = sent.find(({ part, exchange }) => part === 'content' && exchange === head.exchange);
      return body === undefined ? line : `${line} ${methodIn(textOf(body))}`;
    });
}

function methodIn(body: string): string {
  // What our own side has sent is JSON-RPC.
  return (JSON.parse(body) as { method?: string }).method ?? 'answer';
}

function textOf({ raw }: TrafficRecord): string {
  return Buffer.from(raw).toString();
}
