import type { TrafficRecord } from '../../../../src/base/traffic.ts';
import { record } from '../records.ts';

type Json = Record<string, unknown>;
type Headers = Record<string, string | undefined>;

const both = 'application/json, text/event-stream';
const META = 'io.modelcontextprotocol/';

/** Writes down what a tap would have seen of a conversation. */
export class Wire {
  readonly records: TrafficRecord[] = [];
  /** Sent with every request of its kind. */
  headers: Headers = {};
  #exchange = 0;
  #status = 0;

  /** A POST with a message, or with any text. Headers that are undefined are left out. */
  post(message: unknown, headers: Headers = {}, target = '/mcp'): this {
    const all = { 'content-type': 'application/json', accept: both, ...this.headers, ...headers };
    this.#request(`POST ${target}`, all);
    return this.#put('http-request', 'sent', asText(message));
  }

  get(headers: Headers = {}, target = '/mcp'): this {
    return this.#request(`GET ${target}`, { accept: 'text/event-stream', ...this.headers, ...headers });
  }

  delete(headers: Headers = {}): this {
    return this.#request('DELETE /mcp', { ...this.headers, ...headers });
  }

  /** The head of the answer. */
  head(status: number, headers: Headers = {}): this {
    this.#status = status;
    return this.#head('http-response', 'received', String(status), headers);
  }

  /** A whole answer. */
  json(message: unknown, status = 200, headers: Headers = {}): this {
    this.head(status, { 'content-type': 'application/json', ...headers });
    return this.#put('http-response', 'received', asText(message));
  }

  accepted(): this {
    return this.head(202);
  }

  /** An event stream with these messages, or blocks as they stand. */
  events(...blocks: unknown[]): this {
    return this.head(200, { 'content-type': 'text/event-stream' }).more(...blocks);
  }

  /** Further events of the stream. */
  more(...blocks: unknown[]): this {
    for (const block of blocks) {
      const text = typeof block === 'string' ? block : `event: message\ndata: ${JSON.stringify(block)}\n\n`;
      this.#put('sse', 'received', text);
    }
    return this;
  }

  /** Goes on with an exchange, by its number. */
  in(exchange: number): this {
    this.#exchange = exchange;
    return this;
  }

  /** A line to the server's pipe. */
  write(message: unknown): this {
    return this.#line('sent', message);
  }

  /** A line from the server's pipe. */
  read(message: unknown): this {
    return this.#line('received', message);
  }

  /** A handshake over Streamable HTTP, all that follows in its session. */
  handshake({
    version = '2025-11-25',
    server = everything,
    client = everyClient,
    session = 's1',
  }: Handshake = {}): this {
    this.headers = {};
    this.post(initialize(version, client));
    this.json(initialized(version, server), 200, { 'mcp-session-id': session });
    this.headers = { 'mcp-session-id': session };
    if (version >= '2025-06-18') this.headers['mcp-protocol-version'] = version;
    return this.post(rpc({ method: 'notifications/initialized' })).accepted();
  }

  /** The same over pipes. */
  pipes({ version = '2025-11-25', server = everything, client = everyClient }: Handshake = {}): this {
    this.write(initialize(version, client)).read(initialized(version, server));
    return this.write(rpc({ method: 'notifications/initialized' }));
  }

  /** A server that is found to speak 2026-07-28. */
  discover(server: Json = everything): this {
    this.ask(0, 'server/discover', {});
    return this.json(result(0, { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: server }));
  }

  /** A request of 2026-07-28, with the headers that belong to it. */
  ask(
    id: number,
    method: string,
    params: Json,
    { headers = {}, meta = {} }: { headers?: Headers; meta?: Json } = {},
  ): this {
    const name = params['name'] ?? params['uri'];
    return this.post(modern(id, method, params, meta), {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      'mcp-name': typeof name === 'string' ? name : undefined,
      ...headers,
    });
  }

  #request(line: string, headers: Headers): this {
    this.#exchange += 1;
    return this.#head('http-request', 'sent', line, headers);
  }

  #head(
    channel: 'http-request' | 'http-response',
    direction: 'sent' | 'received',
    line: string,
    headers: Headers,
  ): this {
    const lines = Object.entries(headers).filter(([, value]) => value !== undefined);
    const raw = `${line}\r\n${lines.map(([name, value]) => `${name}: ${value ?? ''}\r\n`).join('')}\r\n`;
    const status = channel === 'http-response' ? { status: this.#status } : {};
    this.records.push(record(raw, { channel, direction, part: 'head', exchange: this.#exchange, ...status }));
    return this;
  }

  #put(
    channel: 'http-request' | 'http-response' | 'sse',
    direction: 'sent' | 'received',
    text: string | Uint8Array,
  ): this {
    const status = direction === 'received' ? { status: this.#status } : {};
    this.records.push(record(text, { channel, direction, exchange: this.#exchange, ...status }));
    return this;
  }

  #line(direction: 'sent' | 'received', message: unknown): this {
    const text = asText(message);
    this.records.push(record(typeof text === 'string' ? `${text}\n` : text, { channel: 'stdio', direction }));
    return this;
  }
}

interface Handshake {
  version?: string;
  server?: Json;
  client?: Json;
  session?: string;
}

const changes = { listChanged: true };
export const everything: Json = {
  tools: changes,
  prompts: changes,
  resources: { ...changes, subscribe: true },
  logging: {},
  completions: {},
};
export const everyClient: Json = { roots: changes, sampling: {}, elicitation: { form: {}, url: {} } };

export function rpc(members: Json): Json {
  return { jsonrpc: '2.0', ...members };
}

export function request(id: unknown, method: string, params: Json = {}): Json {
  return rpc({ id, method, params });
}

export function result(id: unknown, members: Json = {}): Json {
  return rpc({ id, result: members });
}

export function error(id: unknown, code: unknown, more: Json = {}): Json {
  return rpc({ id, error: { code, message: 'No', ...more } });
}

export function notification(method: string, params: Json = {}): Json {
  return rpc({ method, params });
}

export function initialize(version = '2025-11-25', capabilities = everyClient): Json {
  return request(0, 'initialize', { protocolVersion: version, capabilities, clientInfo: { name: 'c', version: '1' } });
}

export function initialized(version = '2025-11-25', capabilities = everything): Json {
  return result(0, { protocolVersion: version, capabilities, serverInfo: { name: 's', version: '1' } });
}

/** A request of 2026-07-28 with all that its `_meta` must have. */
export function modern(id: number, method: string, params: Json, meta: Json = {}): Json {
  const own = { [`${META}protocolVersion`]: '2026-07-28', [`${META}clientCapabilities`]: {}, ...meta };
  return request(id, method, { ...params, _meta: own });
}

function asText(message: unknown): string | Uint8Array {
  return typeof message === 'string' || message instanceof Uint8Array ? message : JSON.stringify(message);
}
