import fc from 'fast-check';
import type { TrafficRecord } from '../../../../src/base/traffic.ts';
import type { TrafficLog } from '../../../../src/traffic/trafficLog.ts';
import { bytes, rpc } from '../records.ts';

/** Something that happens to a log. */
export type Step = (log: TrafficLog) => void;

const NASTY = [
  '',
  '\uFEFF',
  '\0',
  '\r\n',
  '"',
  '\\',
  ',"text":"',
  ',"base64":"',
  '\u2028',
  '😀',
  '__proto__',
  '*',
  '}',
];
const nasty = fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.constantFrom(...NASTY));
const text = fc.array(nasty, { maxLength: 4 }).map((parts) => parts.join('').toWellFormed());
const id = fc.oneof(text, fc.integer({ min: 0, max: 5 }), fc.double(), fc.constantFrom(2 ** 60, -0, null));
const method = fc.oneof(
  fc.constantFrom('tools/call', 'ping', 'notifications/progress', 'notifications/cancelled'),
  text,
);
const params = fc.record({ name: text, requestId: id, _meta: fc.record({ progressToken: id }), progressToken: id });
const message = fc.oneof(
  fc.record({ id, method, params }, { requiredKeys: [] }),
  fc.record({ id, result: fc.constant({}) }),
  fc.record({ id, error: fc.constant({ code: -32000, message: 'no' }) }),
);
const json = message.map((fields) => bytes(JSON.stringify(rpc(fields))));
const batch = fc.array(message, { maxLength: 4 }).map((fields) => bytes(JSON.stringify(fields.map((of) => rpc(of)))));
const sse = fc
  .tuple(text, fc.oneof(json, batch))
  .map(([words, data]) => Buffer.concat([bytes(`: ${words}\ndata: `), data, bytes('\n\n')]));
const head = fc.tuple(fc.constantFrom('POST /mcp', 'GET /', '200', '404'), text).map(([first, value]) => {
  return bytes(`${first}\r\nx-a: ${value}\r\nauthorization: Bearer ${value}\r\n\r\n`);
});
const anything = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  text.map(bytes),
  fc.constant(Uint8Array.of(0xed, 0xa0, 0x80)),
);
const raw = fc.oneof(json, batch, sse, head, anything);
const note = fc.record({ rule: text, severity: fc.constantFrom('error', 'warning', 'info'), message: text });

const record: fc.Arbitrary<TrafficRecord> = fc
  .record(
    {
      time: fc.double({ min: 0, max: 4e12, noNaN: true }),
      server: fc.constantFrom('alpha', 'beta', '', '\0"'),
      direction: fc.constantFrom('sent', 'received', 'internal'),
      channel: fc.constantFrom('http-request', 'http-response', 'sse', 'stdio', 'process'),
      part: fc.constantFrom('head', 'content', 'content', 'content', 'boundary', 'end'),
      origin: fc.constantFrom('user', 'api', 'plugin', 'health', 'internal'),
      raw,
      exchange: fc.integer({ min: 1, max: 4 }),
      sessionId: text,
      status: fc.integer({ min: 0, max: 65_535 }),
      offset: fc.integer({ min: 0, max: 2 ** 53 }),
      note,
    },
    { requiredKeys: ['time', 'server', 'direction', 'channel', 'part', 'origin', 'raw'] },
  )
  .chain((of) => {
    const starts = fc.uniqueArray(fc.integer({ min: 1, max: Math.max(1, of.raw.length) }), { maxLength: 3 });
    return starts.map((chunkStarts) => ({ ...of, chunkStarts: chunkStarts.toSorted((a, b) => a - b) }));
  });

/** Requests, and one batch that answers some of them, in any order. */
const answeredTogether = fc
  .tuple(fc.shuffledSubarray([0, 1, 2, '3', 'four']), fc.integer({ min: 0, max: 9 }))
  .map(([ids, time]): Step => {
    const parts = ids.map((of) => JSON.stringify(rpc({ id: of, result: {} })));
    return (log) => {
      for (const [index, of] of [0, 1, 2, '3', 'four'].entries()) {
        const request = bytes(JSON.stringify(rpc({ id: of, method: 'ping' })));
        log.append({ ...LINE, time: index, direction: 'sent', raw: request });
      }
      log.append({ ...LINE, time, direction: 'received', raw: bytes(`[${parts.join(',')}]`) });
    };
  });
const LINE = { server: 'alpha', channel: 'stdio', part: 'content', origin: 'user' } as const;

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: record.map(
      (of): Step =>
        (log) =>
          log.append(of),
    ),
  },
  fc
    .tuple(
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom('connected', 'ended'),
      fc.double({ min: 0, max: 4e12, noNaN: true }),
    )
    .map(
      ([exchange, phase, time]): Step =>
        (log) =>
          log.reach(exchange, phase, time),
    ),
  answeredTogether,
  fc.tuple(fc.nat({ max: 30 }), fc.array(note, { maxLength: 3 })).map(([seq, notes]): Step => {
    return (log) =>
      log.addNotes(
        seq,
        notes.map((of) => ({ ...of, section: 'JSON-RPC 2.0, 5' })),
      );
  }),
);

/** Ordinary and hostile traffic in any order. */
export const steps = fc.array(step, { maxLength: 30 });
