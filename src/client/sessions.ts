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
/** Ends of an attempt that say nothing about the next one's. */
const OWN_LIMITS: ReadonlySet<string> = new Set(['cancelled', 'timeout']);
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
  /** All that are being opened, by whomever. */
  readonly #opens = new Set<Promise<ConnectionInfo>>();
  /** Those that were replaced and still have calls in flight. */
  readonly #retired = new Set<Connection>();
  readonly #ended = new AbortController();

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
    while (this.#current === undefined) {
      this.#ended.signal.throwIfAborted();
      const isFirst = this.#opening === undefined;
      this.#opening ??= this.open(call).finally(() => (this.#opening = undefined));
      try {
        await this.#abortable(this.#opening, call);
      } catch (error) {
        // Those who wait for it begin anew.
        if (isFirst || !isOwnLimit(error) || call.signal?.aborted === true) throw error;
      }
    }
    return this.#current;
  }

  /** Opens another one in place of the one that there is. */
  async open(call: CallOptions): Promise<ConnectionInfo> {
    const signals = call.signal === undefined ? [] : [call.signal];
    const signal = AbortSignal.any([...signals, this.#ended.signal]);
    const opening = this.#install({ ...call, signal });
    this.#opens.add(opening);
    try {
      return await opening;
    } finally {
      this.#opens.delete(opening);
    }
  }

  /** Ends every connection, those that are being opened and those that were replaced too; no further one is opened. */
  async close(reason: ExternalMcpError): Promise<void> {
    this.#ended.abort(reason);
    await Promise.allSettled(this.#opens);
    await Promise.all(this.#all().map((connection) => connection.close()));
  }

  /** The same without a word to the server, which is gone; what is in flight fails with `reason`. */
  async abandon(reason: ExternalMcpError): Promise<void> {
    this.#ended.abort(reason);
    await Promise.all(this.#all().map((connection) => connection.abandon(reason)));
  }

  /**
   * Whether what failed with `error` on `connection` should be sent again: the session was lost and there is another one. Who comes second finds
   * it renewed already; rejects with `session` when renewal did not help.
   */
  async renewed(connection: Connection, error: ExternalMcpError, call: CallOptions): Promise<boolean> {
    const isLost = error.kind === 'session';
    if (!isLost && !isSuspicious(error, connection)) return false;
    while (this.#current === connection) {
      const isFirst = this.#renewal === undefined;
      this.#renewal ??= this.#renew(connection, isLost, call).finally(() => (this.#renewal = undefined));
      const isRenewed = await this.#abortable(this.#renewal, call).catch((reason: unknown) => {
        if (isFirst || !isOwnLimit(reason) || call.signal?.aborted === true) throw reason;
        return false;
      });
      // Whoever began it only had a suspicion, or less time; who knows better asks again.
      if (!isRenewed && (isFirst || !isLost)) return false;
    }
    // What may have been carried out is not sent twice.
    return isLost || error.outcomeUnknown !== true;
  }

  /** What failed for want of a session, on a new one as well: in the words of a lost session, even where the server has others for it. */
  stillLost(again: unknown, first: ExternalMcpError): unknown {
    const isSame = again instanceof ExternalMcpError && again.httpStatus === 400 && again.message === first.message;
    // Anything else it has against the call itself.
    if (!isSame) return again;
    return new ExternalMcpError(
      'session',
      t('“{0}” no longer knows its session, and does not take a new one: {1}', this.#server, again.reason),
      { server: this.#server, httpStatus: 400, cause: again },
    );
  }

  async #install(call: CallOptions & { signal: AbortSignal }): Promise<ConnectionInfo> {
    const { connection, info } = await this.#connect(call);
    if (call.signal.aborted) {
      await connection.close();
      throw cancelledError({ server: this.#server, method: 'initialize', signal: call.signal }, false);
    }
    const before = this.#current;
    this.#current = connection;
    this.#info = info;
    this.#opened.fire(connection);
    if (before !== undefined) this.#retire(before);
    return info;
  }

  #retire(connection: Connection): void {
    this.#retired.add(connection);
    void connection.retire().then(() => this.#retired.delete(connection));
  }

  #all(): Connection[] {
    return this.#current === undefined ? [...this.#retired] : [...this.#retired, this.#current];
  }

  #abortable<T>(work: Promise<T>, { signal }: CallOptions): Promise<T> {
    return abortable(work, signal, () => cancelledError({ server: this.#server, method: 'initialize', signal }, false));
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

/** Whoever began has left, or had less time than those who wait for the same. */
function isOwnLimit(error: unknown): boolean {
  return error instanceof ExternalMcpError && OWN_LIMITS.has(error.kind);
}

/** Only what had a session can have lost it. */
function isSuspicious(error: ExternalMcpError, connection: Connection): boolean {
  return connection.transport.sessionId !== undefined && SUSPICIOUS.has(error.httpStatus ?? 0);
}
