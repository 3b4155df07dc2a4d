import { t } from '@vscode/l10n';
import { abortable } from '../base/abortable.ts';
import { ExternalMcpError, messageOf } from '../base/errors.ts';
import { Emitter } from '../base/event.ts';
import type { Log } from '../base/log.ts';
import { cancelledError } from './callErrors.ts';
import type { CallOptions, Connection } from './connection.ts';
import type { Connected, ConnectionInfo } from './connector.ts';

/** Statuses behind which a lost session may hide, besides the 404 that the specification names. */
const SUSPICIOUS = new Set([400, 500]);
/** Milliseconds for the question whether a session is still known. */
const CONFIRM_TIMEOUT_MS = 5000;

/** The one session of a client, whichever connection it is on: opened once, renewed once for all who find it lost. */
export class Sessions {
  readonly #server: string;
  readonly #log: Log;
  readonly #connect: (call: CallOptions) => Promise<Connected>;
  readonly #opened = new Emitter<Connection>();
  readonly #renewed = new Emitter<ConnectionInfo>();
  #current: Connection | undefined;
  #info: ConnectionInfo | undefined;
  #opening: Promise<ConnectionInfo> | undefined;
  #renewal: Promise<boolean> | undefined;
  #ended: ExternalMcpError | undefined;

  constructor(server: string, log: Log, connect: (call: CallOptions) => Promise<Connected>) {
    this.#server = server;
    this.#log = log;
    this.#connect = connect;
  }

  /** There is a connection, the first or another one. */
  readonly onDidOpen = this.#opened.event;
  /** The session before this one was lost. */
  readonly onDidRenew = this.#renewed.event;

  /** What was found at the other end of it. */
  get info(): ConnectionInfo | undefined {
    return this.#info;
  }

  get current(): Connection | undefined {
    return this.#current;
  }

  /** The one connection: whoever comes first opens it, for all. */
  async ensure(call: CallOptions): Promise<Connection> {
    const { signal } = call;
    while (this.#current === undefined) {
      if (this.#ended !== undefined) throw this.#ended;
      this.#opening ??= this.open(call).finally(() => (this.#opening = undefined));
      try {
        await abortable(this.#opening, signal, () =>
          cancelledError({ server: this.#server, method: 'initialize', signal }, false),
        );
      } catch (error) {
        const isOfAnother = error instanceof ExternalMcpError && error.kind === 'cancelled' && signal?.aborted !== true;
        // Who began it has left: those who wait for it begin anew.
        if (!isOfAnother) throw error;
      }
    }
    return this.#current;
  }

  /** Opens no further one; `reason` is why. */
  end(reason: ExternalMcpError): void {
    this.#ended = reason;
  }

  /** Opens another one in place of the one that there is. */
  async open(call: CallOptions): Promise<ConnectionInfo> {
    const { connection, info } = await this.#connect(call);
    const before = this.#current;
    this.#current = connection;
    this.#info = info;
    this.#opened.fire(connection);
    before?.retire();
    return info;
  }

  /**
   * Whether what failed with `error` on `connection` should be sent again: the session was lost and there is another one. Who comes second finds
   * it renewed already; rejects with `session` when renewal did not help.
   */
  async renewed(connection: Connection, error: ExternalMcpError, call: CallOptions): Promise<boolean> {
    const isLost = error.kind === 'session';
    if (!isLost && !isSuspicious(error, connection)) return false;
    if (this.#current === connection) {
      this.#renewal ??= this.#renew(connection, isLost, call).finally(() => (this.#renewal = undefined));
      if (!(await this.#renewal)) return false;
    }
    // What may have been carried out is not sent twice.
    return isLost || error.outcomeUnknown !== true;
  }

  async #renew(lost: Connection, isLost: boolean, { signal: _oneOfMany, ...call }: CallOptions): Promise<boolean> {
    if (!isLost && (await this.#isKnown(lost))) return false;
    try {
      const info = await this.open({ ...call, origin: 'internal' });
      this.#log.info(t('Session renewed: the server no longer knew the one before.'));
      this.#renewed.fire(info);
      return true;
    } catch (error) {
      if (!isLost) {
        this.#log.debug(`The session could not be renewed: ${messageOf(error)}`);
        return false;
      }
      if (error instanceof ExternalMcpError && error.kind !== 'protocol' && error.kind !== 'session') throw error;
      throw new ExternalMcpError(
        'session',
        t('“{0}” no longer knows its session, and a new one could not be opened: {1}', this.#server, messageOf(error)),
        { server: this.#server, cause: error },
      );
    }
  }

  /** A tool that fails with 500 looks like a server that forgot the session: an answer to something harmless tells them apart. */
  async #isKnown(connection: Connection): Promise<boolean> {
    try {
      const call: CallOptions = { origin: 'internal', timeoutMs: CONFIRM_TIMEOUT_MS };
      await connection.request('ping', call, (request) => connection.client.ping(request));
      return true;
    } catch (error) {
      return !(error instanceof ExternalMcpError) || (error.kind !== 'session' && !isSuspicious(error, connection));
    }
  }
}

/** Only what had a session can have lost it. */
function isSuspicious(error: ExternalMcpError, connection: Connection): boolean {
  return connection.transport.sessionId !== undefined && SUSPICIOUS.has(error.httpStatus ?? 0);
}
