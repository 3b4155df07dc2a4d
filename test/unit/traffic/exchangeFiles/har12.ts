import type { Schema } from '@cfworker/json-schema';

/**
 * HAR 1.2 as JSON Schema, written out from the specification (http://www.softwareishard.com/blog/har-12-spec/), since no package has it that
 * somebody looks after. What it does not name must begin with an underscore.
 */
const text = { type: 'string' } as const;
/** Bytes; -1 where it is not known. */
const size = { type: 'integer', minimum: -1 } as const;
/** Milliseconds; -1 where it does not apply. */
const optionalTime = { type: 'number', minimum: -1 } as const;
const time = { type: 'number', minimum: 0 } as const;
const when = {
  type: 'string',
  pattern: String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$`,
} as const;

function object(required: Record<string, Schema>, optional: Record<string, Schema> = {}): Schema {
  return {
    type: 'object',
    properties: { ...required, ...optional, comment: text },
    required: Object.keys(required),
    patternProperties: { '^_': true },
    additionalProperties: false,
  };
}

function list(items: Schema): Schema {
  return { type: 'array', items };
}

const product = object({ name: text, version: text });
const pair = object({ name: text, value: text });
const cookie = object(
  { name: text, value: text },
  { path: text, domain: text, expires: when, httpOnly: { type: 'boolean' }, secure: { type: 'boolean' } },
);
const parameter = object({ name: text }, { value: text, fileName: text, contentType: text });
const url: Schema = { type: 'string', pattern: String.raw`^https?://\S+$` };

const request = object(
  {
    method: text,
    url,
    httpVersion: text,
    cookies: list(cookie),
    headers: list(pair),
    queryString: list(pair),
    headersSize: size,
    bodySize: size,
  },
  { postData: object({ mimeType: text }, { text, params: list(parameter) }) },
);

const response = object({
  status: { type: 'integer', minimum: 0 },
  statusText: text,
  httpVersion: text,
  cookies: list(cookie),
  headers: list(pair),
  content: object({ size, mimeType: text }, { compression: { type: 'integer' }, text, encoding: text }),
  redirectURL: text,
  headersSize: size,
  bodySize: size,
});

const cacheState: Schema = {
  anyOf: [{ type: 'null' }, object({ lastAccess: when, eTag: text, hitCount: { type: 'integer' } }, { expires: when })],
};

const entry = object(
  {
    startedDateTime: when,
    time,
    request,
    response,
    cache: object({}, { beforeRequest: cacheState, afterRequest: cacheState }),
    timings: object(
      { send: time, wait: time, receive: time },
      { blocked: optionalTime, dns: optionalTime, connect: optionalTime, ssl: optionalTime },
    ),
  },
  { pageref: text, serverIPAddress: text, connection: text },
);

const page = object({
  startedDateTime: when,
  id: text,
  title: text,
  pageTimings: object({}, { onContentLoad: optionalTime, onLoad: optionalTime }),
});

export const har12: Schema = object({
  log: object(
    { version: { const: '1.2' }, creator: product, entries: list(entry) },
    { browser: product, pages: list(page) },
  ),
});
