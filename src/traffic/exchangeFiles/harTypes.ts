import type { EntryFields } from './format.ts';

/** What of HAR 1.2 is written; names and meanings are the specification's. Times in milliseconds, -1 for what is not known. */
export interface HarEntry {
  startedDateTime: string;
  time: number;
  request: HarRequest;
  response: HarResponse;
  cache: Record<string, never>;
  timings: HarTimings;
  /** Chrome's: what it lists an exchange as; otherwise it takes JSON for a script. */
  _resourceType: 'fetch';
  _mcp: {
    server: string;
    sessionId?: string;
    /** All entries of the exchange; those whose bytes stand nowhere else, as events of a stream do, bring them along. */
    entries: readonly HarMcpEntry[];
  };
}

/** As in a `*.mcptraffic` file; `seq` counts as in the log. */
export type HarMcpEntry = EntryFields & { text?: string; base64?: string };

export interface HarRequest {
  method: string;
  url: string;
  httpVersion: string;
  cookies: readonly [];
  headers: readonly NameAndValue[];
  queryString: readonly NameAndValue[];
  /** `_encoding`: `base64` where the body is no text, for which HAR has no word. */
  postData?: { mimeType: string; text: string; _encoding?: 'base64' };
  headersSize: number;
  bodySize: number;
}

export interface HarResponse {
  /** 0 where none came; `_error` says why. */
  status: number;
  statusText: string;
  httpVersion: string;
  cookies: readonly [];
  headers: readonly NameAndValue[];
  content: { size: number; mimeType: string; text?: string; encoding?: 'base64' };
  redirectURL: string;
  headersSize: number;
  bodySize: number;
  _error?: string;
}

export interface HarTimings {
  blocked: number;
  dns: number;
  connect: number;
  send: number;
  wait: number;
  receive: number;
  ssl: number;
}

export interface NameAndValue {
  name: string;
  value: string;
}
