import type { WireFetch } from '../wire/fetch.ts';
import { Authorizer } from './authorization/authorizer.ts';
import { withSignIn } from './authorization/signIn.ts';
import { type CallOptions, Connection } from './connection.ts';
import type { ClientTransport } from './clientTransport.ts';
import { describeDialect, type HttpTransportKind, type Verdict } from './dialect.ts';
import type { ExternalMcpClientOptions } from './options.ts';
import { ExternalSseTransport } from './externalSse/externalSseTransport.ts';
import { type Found, Ladder } from './ladder.ts';
import { Notifications, type ServerLogMessage } from './notifications.ts';
import { SettlingTransport } from './settlingTransport.ts';
import { SettlingSseTransport } from './sseTransport.ts';
import { connectStdio } from './stdioConnection.ts';
import { StreamTransport } from './streamTransport.ts';

/** What was found at the other end. */
export interface ConnectionInfo {
  transport: Verdict['transport'];
  /** The era or dialect in words. */
  dialect: string;
  protocolVersion: string;
  sessionId?: string;
  serverName: string;
  serverVersion: string;
  /** Where it answered. */
  url?: string;
  /** To be given to the next client for this server. */
  verdict: Verdict;
}

export interface Connected {
  connection: Connection;
  info: ConnectionInfo;
}

export interface ConnectorOptions extends ExternalMcpClientOptions {
  fetch: WireFetch;
  onLog: (message: ServerLogMessage) => void;
}

/** Makes the connections of one client: the first finds out what the server speaks, the others know. */
export class Connector {
  readonly #options: ConnectorOptions;
  readonly #authorizer: Authorizer | undefined;
  #known: Verdict | undefined;

  constructor(options: ConnectorOptions) {
    this.#options = options;
    this.#known = options.known;
    const { authorization, endpoint, server, clock, log, mask, fetch } = options;
    this.#authorizer =
      authorization === undefined || endpoint.kind === 'stdio'
        ? undefined
        : new Authorizer({ ...authorization, server, url: endpoint.url, clock, log, mask, fetch });
  }

  async connect(call: CallOptions): Promise<Connected> {
    const climb = (): Promise<Found> => this.#connect(call);
    const { connection, verdict } = await (this.#authorizer === undefined
      ? climb()
      : withSignIn(this.#authorizer, climb, call.signal));
    this.#known = verdict;
    const info = describe(connection, verdict);
    this.#record(info);
    return { connection, info };
  }

  /**
   * Takes a server that knows the handshake and not the names behind it for one of the seed's dialect, from the next connection on.
   * @returns whether it could be one
   */
  supposeOldNames(): boolean {
    const { endpoint } = this.#options;
    if (endpoint.kind === 'stdio' || endpoint.transport !== undefined) return false;
    if (this.#known?.transport !== 'streamable-http' || this.#known.era === 'stateless') return false;
    this.#known = { ...this.#known, transport: 'external-sse' };
    return true;
  }

  /** A line in the traffic: what comes behind it is said within this session. */
  #record({ sessionId, dialect, serverName, serverVersion }: ConnectionInfo): void {
    const { traffic, server, clock } = this.#options;
    const words = [
      sessionId === undefined ? 'connected' : `session ${sessionId}`,
      dialect,
      `${serverName} ${serverVersion}`.trim(),
    ];
    traffic.append({
      time: clock.wallTime(),
      server,
      direction: 'internal',
      channel: 'process',
      part: 'boundary',
      origin: 'internal',
      raw: new TextEncoder().encode(words.filter((word) => word !== '').join(' · ')),
      ...(sessionId === undefined ? {} : { sessionId }),
    });
  }

  async #connect(call: CallOptions): Promise<Found> {
    const { endpoint, server, clock, fetch } = this.#options;
    if (endpoint.kind === 'stdio') {
      const { streams } = endpoint;
      const connection = this.#open((sink) => new StreamTransport({ ...this.#options, sink }, streams));
      return connectStdio(connection, this.#known, call);
    }
    const ladder = new Ladder(
      {
        server,
        clock,
        url: endpoint.url,
        transport: endpoint.transport,
        known: this.#known,
        fetch,
        open: (kind, url, counted, getWaitMs) =>
          this.#open((sink) => this.#createTransport(kind, { url, fetch: counted, getWaitMs, sink })),
      },
      call,
    );
    return ladder.climb();
  }

  #open(create: (sink: Notifications) => ClientTransport): Connection {
    const { log, onLog, handlers = {} } = this.#options;
    const notifications = new Notifications(log, onLog);
    const options = { ...this.#options, handlers, authorizer: this.#authorizer };
    return new Connection(options, create(notifications), notifications);
  }

  #createTransport(
    kind: HttpTransportKind,
    at: { url: URL; fetch: WireFetch; getWaitMs: number; sink: Notifications },
  ): SettlingTransport | SettlingSseTransport | ExternalSseTransport {
    const { endpoint } = this.#options;
    const headers = endpoint.kind === 'http' ? endpoint.headers : {};
    const authProvider = this.#authorizer?.provider;
    const options = { ...this.#options, ...at, headers, ...(authProvider === undefined ? {} : { authProvider }) };
    switch (kind) {
      case 'streamable-http':
        return new SettlingTransport(options);
      case 'sse':
        return new SettlingSseTransport(options);
      case 'external-sse':
        return new ExternalSseTransport(options);
    }
  }
}

function describe({ client, transport }: Connection, verdict: Verdict): ConnectionInfo {
  const version = client.getServerVersion();
  const protocolVersion = client.getNegotiatedProtocolVersion() ?? '';
  const { sessionId } = transport;
  return {
    transport: verdict.transport,
    dialect:
      transport instanceof ExternalSseTransport
        ? transport.dialect
        : describeDialect(verdict.transport, protocolVersion),
    protocolVersion,
    ...(sessionId === undefined ? {} : { sessionId }),
    serverName: version?.name ?? '',
    serverVersion: version?.version ?? '',
    ...(verdict.url === undefined ? {} : { url: verdict.url }),
    verdict,
  };
}
