import type { TrafficDirection } from '../../base/traffic.ts';
import { BoundedMap } from '../../base/boundedMap.ts';
import type { Capabilities } from './capabilities.ts';
import { RequestBook, type SeenRequest } from './requestBook.ts';
import { ToolBook } from './toolBook.ts';

/** How messages travel; `external` are the seed's dialect and its relatives, which are not MCP. */
export type Transport = 'http' | 'sse' | 'stdio' | 'external';

/** Ids of events, and states of unfinished requests, that are remembered. */
const MAX_REMEMBERED = 2000;

/** What is known of one session with a server: of what was agreed and of what is still open. */
export class Conversation {
  readonly transport: Transport;
  /** Seen from its first message on: what is missing was never sent. */
  isKnown: boolean;
  /** The server has proved to speak a revision without handshake. */
  isStateless = false;
  /** Where it is spoken, without the query; for HTTP. */
  readonly path: string | undefined;
  /** Where messages have to be sent, as the server named it; for HTTP+SSE. */
  endpoint: string | undefined;
  sessionId: string | undefined;
  /** The revision that the client asked for, and the one that the server chose. */
  proposed: string | undefined;
  revision: string | undefined;
  clientCapabilities: Capabilities | undefined;
  serverCapabilities: Capabilities | undefined;
  /** `initialize` was sent, was answered by a result, and `notifications/initialized` followed. */
  handshake: 'none' | 'asked' | 'answered' | 'done' = 'none';
  /** `seq` of the answer that ended the session, and of the 404 that told of its loss. */
  endedAt = Infinity;
  lostAt = Infinity;
  /** `seq` since which requests can be open: another process does not answer those before. */
  renewedAt = 0;
  readonly sent = new RequestBook();
  readonly received = new RequestBook();
  readonly tools = new ToolBook();
  /** Number of the exchange that brought an event, by its id. */
  readonly eventIds = new BoundedMap<string, number>(MAX_REMEMBERED);
  /** Ids of the requests that were answered by a `requestState`, by its hash. */
  readonly states = new BoundedMap<string, string | number>(MAX_REMEMBERED);
  /** Rules that are told once only and have been. */
  readonly told = new Set<string>();

  constructor(transport: Transport, isKnown: boolean, path?: string) {
    this.transport = transport;
    this.isKnown = isKnown;
    this.path = path;
  }

  /** Requests that went in a direction. */
  requests(direction: TrafficDirection): RequestBook {
    return direction === 'sent' ? this.sent : this.received;
  }

  /** Whether a request is still waiting for its answer. */
  isOpen(request: SeenRequest | undefined): boolean {
    return request !== undefined && !request.isAnswered && request.seq > this.renewedAt;
  }

  /** Those that a message of this direction may answer. */
  asked(direction: TrafficDirection): RequestBook {
    return direction === 'sent' ? this.received : this.sent;
  }
}
