/** What the fake host knows of an entry beyond its row: streams, schemas, relatives, and entries worth looking at. */
import type { RelatedGroup, SchemaReport, StreamEvent, TrafficDetail } from '../../../src/messages/inspector.ts';
import { sampleDetail, sampleRow } from './sampleTraffic.ts';

/** Entries that a test opens by name; each is what the row of any number then shows. */
export type SceneName =
  'content' | 'markdown' | 'hostile' | 'big' | 'line' | 'reads' | 'pending' | 'secret' | 'violation' | 'batch';

/** How many events the stream of a scene has. */
const STREAM = 10_000;

export function sceneDetail(name: string, seq: number, reveal: boolean): TrafficDetail {
  const plain = sampleDetail(seq);
  const row = { ...plain.row, timing: { connectMs: 1.2, firstByteMs: 14.5, answerMs: 171, endMs: 204.3 } };
  const rest = { ...plain, row, eventCount: STREAM };
  switch (name) {
    case 'content':
      return withJson(rest, result([text('Two pictures and a sound.'), picture(), sound(), blob()]));
    case 'markdown':
      return withJson(rest, result([text(markdown)]));
    case 'hostile':
      return withJson(rest, result([text(hostile), { ...picture(), data: btoa('<svg onload="alert(1)">'.repeat(9)) }]));
    case 'big':
      return withJson(rest, big());
    case 'line':
      return { ...rest, raw: `x\u202ey${'plain '.repeat(99)}`.repeat(100), rawLength: 59_700, byteLength: 59_900 };
    case 'reads':
      return { ...rest, byteLength: 200_000, chunkStarts: Array.from({ length: 24 }, (_, index) => 37 + index * 8192) };
    case 'pending':
      return { ...rest, row: { ...row, isPending: true, timing: { connectMs: 1.2, firstByteMs: 14.5 } } };
    case 'secret': {
      const token = reveal ? 'sk-live-0123456789abcdef' : '*'.repeat(24);
      return { ...withJson(rest, `{"token":"${token}"}`), isMasked: true, isRevealed: reveal };
    }
    case 'batch':
      return {
        ...rest,
        row: { ...row, kind: 'response', label: 'tools/call +19' },
        pairedWith: 93,
        alsoAnswers: Array.from({ length: 19 }, (_, index) => 92 - index),
      };
    case 'violation':
      return {
        ...rest,
        notes: [
          {
            rule: 'http.accept',
            severity: 'error',
            message: 'The request does not accept text/event-stream.',
            section: 'basic/transports#sending-messages-to-the-server',
          },
          {
            rule: 'jsonrpc.id-reuse',
            severity: 'warning',
            message: 'The id 7 was used before.',
            section: 'basic#requests',
          },
          { rule: 'record.head', severity: 'info', message: 'The head was put together from its parts.' },
        ],
      };
    default:
      return plain;
  }
}

/** Bytes that can be told apart: text, and after it every value in turn. */
export function sampleBytes(seq: number, start: number, count: number): Uint8Array {
  const bytes = new TextEncoder().encode(sampleDetail(seq).raw);
  return Uint8Array.from({ length: count }, (_, index) => bytes[start + index] ?? (start + index) % 256);
}

export function sampleEvents(first: number, count: number): StreamEvent[] {
  const length = Math.max(0, Math.min(count, STREAM - first));
  return Array.from({ length }, (_, index) => sampleEvent(first + index));
}

function sampleEvent(index: number): StreamEvent {
  const event: StreamEvent = {
    // The entry with number 94 is the event with index 94.
    seq: index,
    time: Date.UTC(2026, 10, 22, 9, 41) + index * 31.5,
    offset: index * 204,
    size: 204,
    chunks: 1 + (index % 3 === 1 ? 1 : 0),
    comments: [],
    malformed: [],
    ...(index === 0 ? {} : { gapMs: index % 12 === 5 ? 4012.2 : 31.5 }),
  };
  if (index % 9 === 4) return { ...event, comments: ['keep-alive', 'still here'], size: 14 };
  const data = `{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"line ${index}"}}`;
  return {
    ...event,
    event: 'message',
    id: `${index - (index % 7 === 3 ? 1 : 0)}_1`,
    data,
    ...(index % 20 === 1 ? { retry: '3000' } : {}),
    ...(index % 7 === 3 ? { isRepeated: true } : {}),
    ...(index % 11 === 6 ? { malformed: ['dat: {"lost":true}'] } : {}),
    ...(index % 16 === 12 ? { missing: { count: 1 + (index % 3), after: `${index - 5}_1` } } : {}),
  };
}

export function sampleReports(seq: number): SchemaReport[] {
  const schema = {
    type: 'object',
    properties: {
      message: { type: 'string', description: 'Message to echo' },
      count: { type: 'integer', minimum: 0, maximum: 100 },
    },
    required: ['message', 'count'],
    additionalProperties: false,
  };
  return [
    {
      title: 'inputSchema of echo',
      source: { seq: Math.max(0, seq - 2) },
      schema: JSON.stringify(schema, undefined, 2),
      problems: [
        { pointer: '/params/arguments/count', message: 'Must be at most 100.' },
        { pointer: '/params/arguments', message: 'Has members that the schema does not know: "flag", "ratio".' },
      ],
    },
    { title: 'inputSchema of long', source: { seq: Math.max(0, seq - 2) }, problems: [] },
    { title: 'CallToolRequest', source: { specification: 'Specification 2025-11-25' }, problems: [] },
  ];
}

export function sampleGroups(seq: number): RelatedGroup[] {
  const rows = (from: number, to: number): RelatedGroup['rows'] =>
    Array.from({ length: to - from }, (_, index) => sampleRow(from + index));
  const call = Math.floor(seq / 18) * 18 + 8;
  return [
    { kind: 'call', title: `Call “longRunningOperation”, id ${call}`, rows: rows(call, call + 5), more: 0 },
    { kind: 'exchange', title: 'POST /mcp', rows: rows(call - 1, call + 1), more: 0 },
    { kind: 'session', title: 'Session 1f6e2b52', rows: rows(call - 7, call + 3), more: 240 },
  ];
}

function withJson(detail: TrafficDetail, json: string): TrafficDetail {
  const raw = `event: message\nid: 7_1\ndata: ${json}\n\n`;
  return { ...detail, json, raw, rawLength: raw.length, byteLength: new TextEncoder().encode(raw).length };
}

function result(content: readonly object[]): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 7, result: { content, isError: false } });
}

function text(content: string): object {
  return { type: 'text', text: content };
}

/** A real PNG of 48 by 32 pixels. */
function picture(): object {
  const data =
    'iVBORw0KGgoAAAANSUhEUgAAADAAAAAgCAIAAADbtmxLAAAOYUlEQVR42g3OQee7DAAA4Pfj/A877LDDDjvssMMOO+yww8zMzMwkSZIkSZIkSZIkSZIkSZIkSZLMzMzMDjvssA/y/p5P8Pz3b9MPNt1w0442zXhTTzbVdFPONsV8ky822XKTrjbJehNvN9F+Ex43wXnjgxsP3rjoxsE3Nrmx6I3Jbgx+o4sbTd6o6kbRN7K5keyN6G4Ef8OHGy7esOmGyTd0uaHqDdluiH6DXzfYfYM+N8h7A3820HcD/jbAf/92/WDXDXftaNeMd/VkV0135WxXzHf5Ypctd+lql6x38XYX7XfhcRecdz648+Cdi+4cfGeTO4vemezO4He6uNPknaruFH0nmzvJ3onuTvB3fLjj4h2b7ph8R5c7qt6R7Y7od/h1h9136HOHvHfwZwd9d+Bv9xc69INDNzy0o0MzPtSTQzU9lLNDMT/ki0O2PKSrQ7I+xNtDtD+Ex0NwPvjgwYMPLnpw8INNHiz6YLIHgz/o4kGTD6p6UPSDbB4k+yC6B8E/8OGBiw9semDyA10eqPpAtgeiP+DXA3Y/oM8D8j7AnwP0PYC/w1/o1A9O3fDUjk7N+FRPTtX0VM5OxfyUL07Z8pSuTsn6FG9P0f4UHk/B+eSDJw8+uejJwU82ebLok8meDP6kiydNPqnqSdFPsnmS7JPongT/xIcnLj6x6YnJT3R5ouoT2Z6I/oRfT9j9hD5PyPsEf07Q9wT+Tn8hoB8A3RBoR0AzBuoJUE2BcgYUcyBfANkSSFdAsgbiLRDtgfAIBGfABwEPBlwUcHDAJgGLBkwWMHhAFwFNBlQVUHRANgHJBkQXEHyADwEuBtgUYHKALgGqBsgWIHoAvwLYHUCfAPIG4A8AfQHwB/yFoH4AdUOoHUHNGKonUDWFyhlUzKF8AWVLKF1ByRqKt1C0h8IjFJwhH4Q8GHJRyMEhm4QsGjJZyOAhXYQ0GVJVSNEh2YQkGxJdSPAhPoS4GGJTiMkhuoSoGiJbiOgh/Aphdwh9Qsgbgj8Q9IXAH/QXQvoB0g2RdoQ0Y6SeINUUKWdIMUfyBZItkXSFJGsk3iLRHgmPSHBGfBDxYMRFEQdHbBKxaMRkEYNHdBHRZERVEUVHZBORbER0EcFH+BDhYoRNESZH6BKhaoRsEaJH8CuC3RH0iSBvBP4g0BcBf8hfCOsHWDfE2hHWjLF6glVTrJxhxRzLF1i2xNIVlqyxeItFeyw8YsEZ80HMgzEXxRwcs0nMojGTxQwe00VMkzFVxRQdk01MsjHRxQQf40OMizE2xZgco0uMqjGyxYgew68YdsfQJ4a8MfiDQV8M/GF/IaIfEN2QaEdEMybqCVFNiXJGFHMiXxDZkkhXRLIm4i0R7YnwSARnwgcJDyZclHBwwiYJiyZMljB4QhcJTSZUlVB0QjYJySZElxB8gg8JLibYlGBygi4JqibIliB6Ar8S2J1AnwTyJuAPAX0J8Ef8hah+QHVDqh1RzZiqJ1Q1pcoZVcypfEFlSypdUcmairdUtKfCIxWcKR+kPJhyUcrBKZukLJoyWcrgKV2kNJlSVUrRKdmkJJsSXUrwKT6kuJhiU4rJKbqkqJoiW4roKfxKYXcKfVLIm4I/FPSlwB/1F2L6AdMNmXbENGOmnjDVlClnTDFn8gWTLZl0xSRrJt4y0Z4Jj0xwZnyQ8WDGRRkHZ2ySsWjGZBmDZ3SR0WRGVRlFZ2STkWxGdBnBZ/iQ4WKGTRkmZ+iSoWqGbBmiZ/Arg90Z9Mkgbwb+MNCXAX/MX4jrB1w35NoR14y5esJVU66cccWcyxdctuTSFZesuXjLRXsuPHLBmfNBzoM5F+UcnLNJzqI5k+UMntNFTpM5VeUUnZNNTrI50eUEn+NDjos5NuWYnKNLjqo5suWInsOvHHbn0CeHvDn4w0FfDvxxfyGhHwjdUGhHQjMW6olQTYVyJhRzIV8I2VJIV0KyFuKtEO2F8CgEZ8EHBQ8WXFRwcMEmBYsWTFYweEEXBU0WVFVQdEE2BckWRFcQfIEPBS4W2FRgcoEuBaoWyFYgegG/CthdQJ8C8hbgjwB9BfAn/IWkfiB1Q6kdSc1YqidSNZXKmVTMpXwhZUspXUnJWoq3UrSXwqMUnCUflDxYclHJwSWblCxaMlnJ4CVdlDRZUlVJ0SXZlCRbEl1J8CU+lLhYYlOJySW6lKhaIluJ6CX8KmF3CX1KyFuCPxL0lcCf9BdS+oHSDZV2pDRjpZ4o1VQpZ0oxV/KFki2VdKUkayXeKtFeCY9KcFZ8UPFgxUUVB1dsUrFoxWQVg1d0UdFkRVUVRVdkU5FsRXQVwVf4UOFihU0VJlfoUqFqhWwVolfwq4LdFfSpIG8F/ijQVwF/yl9I6wdaN9TakdaMtXqiVVOtnGnFXMsXWrbU0pWWrLV4q0V7LTxqwVnzQc2DNRfVHFyzSc2iNZPVDF7TRU2TNVXVFF2TTU2yNdHVBF/jQ42LNTbVmFyjS42qNbLViF7Drxp219Cnhrw1+KNBXw38aX8hox8Y3dBoR0YzNuqJUU2NcmYUcyNfGNnSSFdGsjbirRHtjfBoBGfDBw0PNlzUcHDDJg2LNkzWMHhDFw1NNlTVUHRDNg3JNkTXEHyDDw0uNtjUYHKDLg2qNsjWIHoDvxrY3UCfBvI24I8BfQ3wZ/yFrH5gdUOrHVnN2KonVjW1yplVzK18YWVLK11ZydqKt1a0t8KjFZwtH7Q82HJRy8Etm7Qs2jJZy+AtXbQ02VJVS9Et2bQk2xJdS/AtPrS42GJTi8kturSo2iJbi+gt/Gphdwt9Wsjbgj8W9LXAn/UXcvqB0w2dduQ0Y6eeONXUKWdOMXfyhZMtnXTlJGsn3jrR3gmPTnB2fNDxYMdFHQd3bNKxaMdkHYN3dNHRZEdVHUV3ZNORbEd0HcF3+NDhYodNHSZ36NKhaodsHaJ38KuD3R306SBvB/440NcBf85fyOsHXjf02pHXjL164lVTr5x5xdzLF1629NKVl6y9eOtFey88esHZ80HPgz0X9Rzcs0nPoj2T9Qze00VPkz1V9RTdk01Psj3R9QTf40OPiz029Zjco0uPqj2y9Yjew68edvfQp4e8PfjjQV8P/Hl/oaAfBN0waEdBMw7qSVBNg3IWFPMgXwTZMkhXQbIO4m0Q7YPwGATnwAcDDw5cNHDwwCYDiw5MNjD4QBcDTQ5UNVD0QDYDyQ5ENxD8gA8DLg7YNGDygC4Dqg7INiD6AL8G2D1AnwHyDuBPAH0D8Bf8haJ+EHXDqB1FzTiqJ1E1jcpZVMyjfBFlyyhdRck6irdRtI/CYxScIx+MPDhy0cjBI5uMLDoy2cjgI12MNDlS1UjRI9mMJDsS3UjwIz6MuDhi04jJI7qMqDoi24joI/waYfcIfUbIO4I/EfSNwF/0F0r6QdINk3aUNOOkniTVNClnSTFP8kWSLZN0lSTrJN4m0T4Jj0lwTnww8eDERRMHT2wysejEZBODT3Qx0eREVRNFT2QzkexEdBPBT/gw4eKETRMmT+gyoeqEbBOiT/Brgt0T9Jkg7wT+JNA3AX/JXyjrB1k3zNpR1oyzepJV06ycZcU8yxdZtszSVZass3ibRfssPGbBOfPBzIMzF80cPLPJzKIzk80MPtPFTJMzVc0UPZPNTLIz0c0EP+PDjIszNs2YPKPLjKozss2IPsOvGXbP0GeGvDP4k0HfDPxlf6GiHxTdsGhHRTMu6klRTYtyVhTzIl8U2bJIV0WyLuJtEe2L8FgE58IHCw8uXLRw8MImC4suTLYw+EIXC00uVLVQ9EI2C8kuRLcQ/IIPCy4u2LRg8oIuC6ouyLYg+gK/Fti9QJ8F8i7gTwF9C/BX/IWqflB1w6odVc24qidVNa3KWVXMq3xRZcsqXVXJuoq3VbSvwmMVnCsfrDy4ctHKwSubrCy6MtnK4CtdrDS5UtVK0SvZrCS7Et1K8Cs+rLi4YtOKySu6rKi6ItuK6Cv8WmH3Cn1WyLuCPxX0rcBf9Rdq+kHTDZt21DTjpp401bQpZ00xb/JFky2bdNUk6ybeNtG+CY9NcG58sPHgxkUbB29ssrHoxmQbg290sdHkRlUbRW9ks5HsRnQbwW/4sOHihk0bJm/osqHqhmwbom/wa4PdG/TZIO8G/jTQtwF/zV+o6wddN+zaUdeMu3rSVdOunHXFvMsXXbbs0lWXrLt420X7Ljx2wbnzwc6DOxftHLyzyc6iO5PtDL7TxU6TO1XtFL2TzU6yO9HtBL/jw46LOzbtmLyjy46qO7LtiL7Drx1279Bnh7w7+NNB3w78dX+hSz+4dMNLO7o040s9uVTTSzm7FPNLvrhky0u6uiTrS7y9RPtLeLwE54sPXjz44qIXB7/Y5MWiLyZ7MfiLLl40+aKqF0W/yOZFsi+iexH8Cx9euPjCphcmv9DlhaovZHsh+gt+vWD3C/q8IO8L/LlA3wv4u/yFbv3g1g1v7ejWjG/15FZNb+XsVsxv+eKWLW/p6pasb/H2Fu1v4fEWnG8+ePPgm4veHPxmkzeLvpnszeBvunjT5Juq3hT9Jps3yb6J7k3wb3x44+Ibm96Y/EaXN6q+ke2N6G/49Ybdb+jzhrxv8OcGfW/g7/YXevSDRzd8tKNHM37Uk0c1fZSzRzF/5ItHtnykq0eyfsTbR7R/hMdHcH744MODHy76cPCHTT4s+mGyD4N/6OJDkx+q+lD0h2w+JPshug/Bf/Dhg4sfbPpg8gddPqj6QbYPon/g1wd2f6DPB/J+wJ8H9H2Av8df6NUPXt3w1Y5ezfhVT17V9FXOXsX8lS9e2fKVrl7J+hVvX9H+FR5fwfnlgy8Pfrnoy8FfNvmy6JfJvgz+pYsvTX6p6kvRX7L5kuyX6L4E/8WHLy5+semLyV90+aLqF9m+iP6FX1/Y/YU+X8j7BX9e0PcF/l7A/5aPSpeaYXvHAAAAAElFTkSuQmCC';
  return { type: 'image', data, mimeType: 'image/png' };
}

/** A tenth of a second of silence as WAVE. */
function sound(): object {
  const samples = 800;
  const bytes = new Uint8Array(44 + samples).fill(128, 44);
  const view = new DataView(bytes.buffer);
  const write = (at: number, ascii: string): void => bytes.set(new TextEncoder().encode(ascii), at);
  write(0, 'RIFF');
  view.setUint32(4, 36 + samples, true);
  write(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 8000, true);
  view.setUint32(28, 8000, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  write(36, 'data');
  view.setUint32(40, samples, true);
  return { type: 'audio', data: btoa(String.fromCharCode(...bytes)), mimeType: 'audio/wav' };
}

function blob(): object {
  const bytes = Uint8Array.from({ length: 300 }, (_, index) => index % 256);
  const data = btoa(String.fromCharCode(...bytes));
  return { type: 'resource', resource: { uri: 'file:///model.bin', mimeType: 'image/png', blob: data } };
}

const markdown = `# Weather in Vienna

It is **warm** and *sunny*, see [the forecast](https://example.com/vienna) or \`GET /forecast\`.

- Temperature: 24 °C
- Wind: ~~strong~~ weak
  - from the west
1. Take a hat
2. Drink water

> Numbers are those of this morning.

| Hour | Temperature |
| --- | --- |
| 09:00 | 19 °C |
| 12:00 | 24 °C |

\`\`\`json
{ "city": "Vienna" }
\`\`\`
`;

const hostile = `<img src=x onerror="alert(1)"> ![track](https://evil.example/pixel.png)
[click](command:workbench.action.terminal.new) <script>alert(1)</script> \u202egnp.exe
[javascript](javascript:alert(1)) \u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007`;

/** A megabyte of JSON. */
function big(): string {
  const tools = Array.from({ length: 2800 }, (_, index) => ({
    name: `tool-${index}`,
    description: 'Does one thing, and does it well. '.repeat(7),
    inputSchema: { type: 'object', properties: { message: { type: 'string' } } },
  }));
  return JSON.stringify({ jsonrpc: '2.0', id: 1, result: { tools } });
}
