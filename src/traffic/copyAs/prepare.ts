import type { CopiedHttp } from './copiedRequest.ts';
import type { Pieces, Placeholders } from './placeholders.ts';

/** A request that any client can be made to send: what has no place in a request of its kind is left out. */
export interface PreparedRequest {
  method: string;
  url: Pieces;
  headers: readonly { name: string; value: Pieces }[];
  body?: Pieces;
}

/** Headers that belong to a connection, or that a client computes itself. */
const COMPUTED_HEADERS = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** RFC 9110 `token`. curl would read a file for a name that begins with `@`. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const UNSENDABLE = /[\0-\x08\x0a-\x1f\x7f]/;

/** Makes a recorded request fit to be sent again. An imported file may hold anything, so nothing of it is taken on trust. */
export function prepare(http: CopiedHttp, placeholders: Placeholders): PreparedRequest {
  const headers = http.headers
    .filter(({ name, value }) => TOKEN.test(name) && !UNSENDABLE.test(value))
    .filter(({ name }) => !COMPUTED_HEADERS.has(name.toLowerCase()))
    .map(({ name, value }) => ({ name, value: placeholders.header(name, value) }));
  const prepared: PreparedRequest = {
    method: TOKEN.test(http.method) ? http.method : 'POST',
    url: urlOf(http, placeholders),
    headers,
  };
  if (http.body !== undefined) prepared.body = placeholders.json(http.body);
  return prepared;
}

function urlOf({ origin, target }: CopiedHttp, placeholders: Placeholders): Pieces {
  // A target that does not begin with a slash would continue the host's name.
  const path = (target.startsWith('/') ? target : `/${target}`)
    .toWellFormed()
    .replace(/[^\x21-\x7e]/gu, encodeURIComponent);
  const known = httpOrigin(origin);
  const pieces = placeholders.target(path);
  return known === undefined ? [placeholders.unknown('ORIGIN'), ...pieces] : joined([known, ...pieces]);
}

function httpOrigin(text: string | undefined): string | undefined {
  const url = text === undefined ? null : URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) ? url.origin : undefined;
}

/** Texts that stand beside each other become one. */
export function joined(pieces: Pieces): Pieces {
  const result: Pieces[number][] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') result[result.length - 1] = last + piece;
    else result.push(piece);
  }
  return result;
}
