/** What an event stream means. */
export interface StreamCase {
  /** What it is about; the first words are those of the web-platform-tests' file that asks the same. */
  readonly name: string;
  /** Text stands for its UTF-8. */
  readonly body: string | Uint8Array;
  readonly events: readonly ExpectedEvent[];
  /** Reconnection times in the order they come, milliseconds. Default: none. */
  readonly retries?: readonly number[];
}

export interface ExpectedEvent {
  readonly data: string;
  /** Its name. Default: none. */
  readonly event?: string;
  /** The stream's last event id as of this event. Default: there was none yet. */
  readonly id?: string;
}

/** Content types, and whether what comes with them is an event stream. */
export const mediaTypes: readonly (readonly [contentType: string, isStream: boolean])[] = [
  ['text/event-stream', true],
  // mime-trailing-semicolon
  ['text/event-stream;', true],
  // utf-8: the charset has no say
  ['text/event-stream; charset=windows-1252', true],
  ['Text/Event-Stream;Charset=UTF-8', true],
  // mime-valid-bogus
  ['text/x-bogus', false],
  // mime-bogus
  ['x bogus', false],
  ['text/event-streams', false],
];

const BOM = '\uFEFF';
const longComment = 'x'.repeat(2049);

/** The format tests of the web-platform-tests' eventsource folder, re-stated, and what the format says beside them. */
export const cases: readonly StreamCase[] = [
  {
    name: 'event-data: lines, comments, unknown fields and an empty data field',
    body: 'data:msg\ndata: msg\n\n:\nfalsefield:msg\n\nfalsefield:msg\nData:data\n\ndata\n\ndata:end\n\n',
    events: [{ data: 'msg\nmsg' }, { data: '' }, { data: 'end' }],
  },
  {
    name: 'bom: a byte order mark belongs to the beginning of the stream only',
    body: `${BOM}data:1\n\n${BOM}data:2\n\ndata:3\n\n`,
    events: [{ data: '1' }, { data: '3' }],
  },
  {
    name: 'bom-2: the second of two byte order marks is part of the first line',
    body: `${BOM}${BOM}data:1\n\ndata:2\n\ndata:3\n\n`,
    events: [{ data: '2' }, { data: '3' }],
  },
  { name: 'bom: one alone is an empty stream', body: BOM, events: [] },
  { name: 'bom: kept within data', body: `data:${BOM}1\n\n`, events: [{ data: `${BOM}1` }] },
  {
    name: 'comments: between the lines of an event, long ones, with every line end',
    body: `data:1\r:\0\n:\r\ndata:2\n:${longComment}\rdata:3\n:data:fail\r:${'y'.repeat(99)}\ndata:4\n\n`,
    events: [{ data: '1\n2\n3\n4' }],
  },
  { name: 'comments: alone they are no event', body: ': a\n\n:\n\n::\n\n', events: [] },
  {
    name: 'data-before-final-empty-line: what the end of the stream cuts off is no event, and its id does not count',
    body: 'retry:1000\ndata:test1\n\nid:test\ndata:test2',
    events: [{ data: 'test1' }],
    retries: [1000],
  },
  {
    name: 'data-before-final-empty-line: an event without its empty line is none either',
    body: 'data:1\n\ndata:2\n',
    events: [{ data: '1' }],
  },
  {
    name: 'field-data: empty, twice empty, and with a value',
    body: 'data:\n\ndata\ndata\n\ndata:test\n\n',
    events: [{ data: '' }, { data: '\n' }, { data: 'test' }],
  },
  {
    name: 'field-data: further colons are part of the value',
    body: 'data::\ndata:a:b\ndata: : c\n\n',
    events: [{ data: ':\na:b\n: c' }],
  },
  {
    name: 'field-event: a name holds for its event only',
    body: 'event:test\ndata:x\n\ndata:x\n\n',
    events: [{ event: 'test', data: 'x' }, { data: 'x' }],
  },
  {
    name: 'field-event: the last of two names counts',
    body: 'event:a\nevent:b\ndata:x\n\n',
    events: [{ event: 'b', data: 'x' }],
  },
  {
    name: 'field-event: a name without data is no event and is forgotten',
    body: 'event:a\n\ndata:x\n\n',
    events: [{ data: 'x' }],
  },
  { name: 'field-event-empty: an empty name is none', body: 'event: \ndata:data\n\n', events: [{ data: 'data' }] },
  {
    name: 'field-event-empty: it takes back an earlier one',
    body: 'event:a\nevent\ndata:data\n\n',
    events: [{ data: 'data' }],
  },
  {
    name: 'field-id: outside ASCII',
    body: 'id: …\nretry:200\ndata:hello\n\n',
    events: [{ id: '…', data: 'hello' }],
    retries: [200],
  },
  {
    name: 'field-id-2: it holds for the events behind it',
    body: 'id:…\ndata:hello\n\ndata:…\n\ndata:…\n\n',
    events: [
      { id: '…', data: 'hello' },
      { id: '…', data: '…' },
      { id: '…', data: '…' },
    ],
  },
  {
    name: 'field-id-3: it persists until the next one',
    body: 'id: 1\ndata: 1\n\ndata: 2\n\nid: 2\ndata:3\n\ndata:4\n\n',
    events: [
      { id: '1', data: '1' },
      { id: '1', data: '2' },
      { id: '2', data: '3' },
      { id: '2', data: '4' },
    ],
  },
  ...['id:', 'id: ', 'id'].map((line) => ({
    name: `field-id-3: "${line}" takes it back`,
    body: `id: 1\ndata: 1\n\n${line}\ndata:2\n\ndata:3\n\n`,
    events: [
      { id: '1', data: '1' },
      { id: '', data: '2' },
      { id: '', data: '3' },
    ],
  })),
  {
    name: 'field-id: without data it counts all the same',
    body: 'id:7\n\ndata:x\n\n',
    events: [{ id: '7', data: 'x' }],
  },
  ...['\0\0', 'x\0', '\0x', 'x\0x', ' \0'].map((id) => ({
    name: `field-id-null: ${JSON.stringify(id)} is ignored`,
    body: `id:${id}\ndata:hello\n\nid:1\ndata:1\n\nid:${id}\ndata:2\n\n`,
    events: [{ data: 'hello' }, { id: '1', data: '1' }, { id: '1', data: '2' }],
  })),
  {
    name: 'field-parsing: names are compared as they are',
    body: 'data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\ndata:4\n\n',
    events: [{ data: '\0\n 2\n1\n3\n\n4' }],
  },
  {
    name: 'field-retry: a leading zero means nothing',
    body: 'retry:03000\ndata:x\n\n',
    events: [{ data: 'x' }],
    retries: [3000],
  },
  {
    name: 'field-retry-bogus: anything but digits is ignored',
    body: 'retry:3000\nretry:1000x\nretry:-1\nretry:1.5\nretry:1e3\nretry:٣\nretry:  1\ndata:x\n\n',
    events: [{ data: 'x' }],
    retries: [3000],
  },
  {
    name: 'field-retry-empty: it is ignored',
    body: 'retry\ndata:test\n\nretry:\ndata:2\n\n',
    events: [{ data: 'test' }, { data: '2' }],
  },
  {
    name: 'field-retry: it counts without an event',
    body: 'retry: 3000000000\n',
    events: [],
    retries: [3_000_000_000],
  },
  {
    name: 'field-unknown: other lines are ignored',
    body: 'data:test\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacommentyay\ndata:test\n\n',
    events: [{ data: 'test\n\ntest' }],
  },
  {
    name: 'field-unknown: names that only begin or end like one',
    body: 'dat:1\ndatas:2\ndata :3\nevents:4\nids:5\n\tdata:6\ndata:7\n\n',
    events: [{ data: '7' }],
  },
  {
    name: 'leading-space: one space goes, a tab and a second space stay',
    body: 'data:\ttest\rdata: \ndata:test\ndata:  two\ndata: trailing \n\n',
    events: [{ data: '\ttest\n\ntest\n two\ntrailing ' }],
  },
  {
    name: 'newlines: CRLF, LF and CR in one event',
    body: 'data:test\r\ndata\ndata:test\r\n\r',
    events: [{ data: 'test\n\ntest' }],
  },
  ...[
    ['LF', '\n'],
    ['CR', '\r'],
    ['CRLF', '\r\n'],
  ].map(([name = '', eol = '']) => ({
    name: `newlines: ${name} alone`,
    body: [`${BOM}id:1`, 'event:e', 'data:1', 'data:2', '', 'data:3', '', '', ': c', 'data:4', '', ''].join(eol),
    events: [
      { id: '1', event: 'e', data: '1\n2' },
      { id: '1', data: '3' },
      { id: '1', data: '4' },
    ],
  })),
  {
    name: 'newlines: LF CR is two, CR LF one',
    body: 'data:1\n\rdata:2\r\ndata:3\r\n\ndata:4\r\rdata:5\r\r\n',
    events: [{ data: '1' }, { data: '2\n3' }, { data: '4' }, { data: '5' }],
  },
  { name: 'newlines: nothing but line ends is no event', body: '\n\r\n\r\r\n\n', events: [] },
  {
    name: 'newlines: other white space and separators end no line',
    body: 'data:a\u000Bb\u000Cc\u0085d\u2028e\u2029f\n\n',
    events: [{ data: 'a\u000Bb\u000Cc\u0085d\u2028e\u2029f' }],
  },
  { name: 'null-character: in data it is a character', body: 'data:\0\n\n', events: [{ data: '\0' }] },
  { name: 'utf-8: outside ASCII', body: 'data:ok…\n\n', events: [{ data: 'ok…' }] },
  {
    name: 'utf-8: characters of two, three and four bytes, one of several characters',
    body: 'event:größe\ndata:ü€😀\ndata:👩‍💻\n\n',
    events: [{ event: 'größe', data: 'ü€😀\n👩‍💻' }],
  },
  {
    name: 'utf-8: bytes that are none become U+FFFD and spoil nothing else',
    body: Buffer.concat([
      latin1('data:a\xFFb\n\n'),
      // Too short a form of NUL; a surrogate; beyond Unicode.
      latin1('data:\xC0\x80|\xED\xA0\x80|\xF4\x90\x80\x80\n\n'),
      // Cut off by a line end, by another character.
      latin1('data:\xE2\x82\ndata:\xF0\x9F\x98x\n\n'),
      Buffer.from('data:…\n\n'),
    ]),
    events: [
      { data: 'a\uFFFDb' },
      { data: '\uFFFD\uFFFD|\uFFFD\uFFFD\uFFFD|\uFFFD\uFFFD\uFFFD\uFFFD' },
      { data: '\uFFFD\n\uFFFDx' },
      { data: '…' },
    ],
  },
  { name: 'utf-8: half a character at the end', body: latin1('data:1\n\ndata:\xE2\x82'), events: [{ data: '1' }] },
  { name: 'an empty stream', body: '', events: [] },
];

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** The bytes of a case. */
export function bytesOf({ body }: StreamCase): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body) : body;
}
