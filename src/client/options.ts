import type { Dispatcher } from 'undici';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { TrafficSink } from '../base/traffic.ts';
import type { StdioStreams } from '../wire/stdioLines.ts';
import type { AuthorizationOptions } from './authorization/authorization.ts';
import type { HttpTransportKind, Verdict } from './dialect.ts';
import type { Mask } from './quote.ts';
import type { ServerRequestHandlers } from './serverRequests.ts';

/** Where a server is reached. */
export type Endpoint =
  | {
      kind: 'http';
      /** Without a path, the usual ones are tried. */
      url: URL;
      headers: Readonly<Record<string, string>>;
      /** What it speaks; absent: found out. */
      transport?: HttpTransportKind;
    }
  | { kind: 'stdio'; streams: StdioStreams };

export interface ExternalMcpClientOptions {
  /** Name of the server, for errors and records. */
  server: string;
  endpoint: Endpoint;
  /** Shared pool of connections. */
  agent: Dispatcher;
  traffic: TrafficSink;
  clock: Clock;
  log: Log;
  /** For what a server says, before an error or the log repeats a part of it. */
  mask: Mask;
  /** Bytes of the largest single message. */
  maxMessageBytes: number;
  /** Milliseconds a request may take when its caller says nothing. */
  timeoutMs: number;
  /** Attempts after the first where repeating is safe. */
  maxRetries: number;
  /** Version of this extension, told to the server. */
  version: string;
  /** What an earlier connection found out about the server. */
  known?: Verdict;
  /** Answers what the server asks; what has no handler is not announced. */
  handlers?: ServerRequestHandlers;
  /** How to sign in where a server asks for it. */
  authorization?: AuthorizationOptions;
}
