/** What an entry can be copied as; the same words as in the inspector's messages, which this layer must not import. */
export type CopyFormat = 'curl' | 'powershell' | 'fetch' | 'json-rpc' | 'sdk' | 'raw';

/** An HTTP request as it was recorded. */
export interface CopiedHttp {
  method: string;
  /** Path and query: a recorded head has no more of the URL. */
  target: string;
  /** `http://127.0.0.1:3000`. Absent where nobody knows it, as in an imported file: it then becomes a placeholder. */
  origin?: string;
  /** In the order they were sent. */
  headers: readonly { name: string; value: string }[];
  /** UTF-8. */
  body?: string;
}

/** How a server that speaks over pipes is started. Variables of its environment are left out: they hold secrets. */
export interface CopiedCommand {
  command: string;
  args: readonly string[];
}

/** An entry that is to be copied, and the request that it is or belongs to. All texts have their secrets masked. */
export interface CopiedRequest {
  server: string;
  /** The entry's own text as on the wire. */
  raw: string;
  /** The JSON-RPC message that the entry is, as text. */
  json?: string;
  /** That of the request it is or belongs to; over HTTP, the body is that. */
  request?: string;
  /** Some of it is masked: runs of `*` then stand for secrets. */
  isMasked: boolean;
  /** Absent on pipes. */
  http?: CopiedHttp;
  /** Absent over HTTP, and where nobody knows it. */
  stdio?: CopiedCommand;
  /** How the server is spoken to, as far as that is known; `url` is where a client connects when it is not where this request went. */
  dialect?: { transport: 'streamable-http' | 'sse' | 'external-sse' | 'stdio'; url?: string };
}
