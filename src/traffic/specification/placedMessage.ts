import { channels, directions, kinds } from '../codes.ts';
import { Part } from '../columns.ts';
import { isHead } from '../segment.ts';
import type { Place } from '../segments.ts';
import type { CheckedMessage } from './checkedMessage.ts';

/** An entry of a log as the checker sees it. It stays inside: its bytes are those of the log, secrets included. */
export function placedMessage({ segment, row }: Place): CheckedMessage {
  const { columns, strings } = segment;
  const rpcId = segment.ids.at(row);
  const method = strings.at(columns.method[row] ?? 0);
  const sessionId = strings.at(columns.sessionId[row] ?? 0);
  const exchange = columns.exchange[row] ?? 0;
  const status = columns.status[row] ?? 0;
  return {
    seq: segment.firstSeq + row,
    server: strings.at(columns.server[row] ?? 0) ?? '',
    direction: directions.decode(columns.direction[row] ?? 0),
    channel: channels.decode(columns.channel[row] ?? 0),
    isHead: isHead(segment, row),
    kind: kinds.decode(columns.kind[row] ?? 0),
    isBoundary: columns.part[row] === Part.boundary,
    ...(method === undefined ? {} : { method }),
    ...(rpcId === undefined ? {} : { rpcId }),
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(exchange === 0 ? {} : { exchange }),
    ...(status === 0 ? {} : { status }),
    bytes: () => segment.raw(row),
  };
}
