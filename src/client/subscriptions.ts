import type { McpSubscription, SubscriptionFilter } from '@modelcontextprotocol/client';
import { abortable } from '../base/abortable.ts';
import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Disposable } from '../base/lifecycle.ts';
import type { Log } from '../base/log.ts';
import { cancelledError } from './callErrors.ts';
import type { CallOptions, Connection } from './connection.ts';

/** Times in a row that the stream is opened again after it ended by itself. */
const MAX_REOPENINGS = 5;
/** A stream that lived this long, in ms, was none that the server refuses: proxies end idle ones every few minutes. */
const PROVEN_MS = 30_000;
const INTERNAL: CallOptions = { origin: 'internal', maxRetries: 0 };

export interface SubscriptionsOptions {
  /** Name of the server, for errors. */
  server: string;
  clock: Clock;
  log: Log;
}

/**
 * What we want to hear of: changed lists and single resources. In the stateless era all of it is one long stream (`subscriptions/listen`),
 * opened anew when the wishes change; before, changed lists come unasked and each resource is a request (`resources/subscribe`).
 */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #uris = new Set<string>();
  #connection: Connection | undefined;
  #stream: McpSubscription | undefined;
  #reopenings = 0;
  #timer: Disposable | undefined;
  #queue: Promise<void> = Promise.resolve();

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  /** Takes a new connection and tells it all wishes again. Never rejects: a server that does not tell of changes is still of use. */
  async attach(connection: Connection): Promise<void> {
    this.#timer?.dispose();
    this.#connection = connection;
    this.#stream = undefined;
    this.#reopenings = 0;
    try {
      if (this.#isStateless) await this.#inTurn(() => this.#listen());
      else for (const uri of this.#uris) await this.#tell('resources/subscribe', uri, INTERNAL);
    } catch (error) {
      this.#options.log.warn(`Subscriptions: ${messageOf(error)}`);
    }
  }

  async subscribe(uri: string, call: CallOptions): Promise<void> {
    if (this.#uris.has(uri)) return;
    this.#uris.add(uri);
    try {
      if (this.#isStateless) await this.#inTurn(() => this.#listen(call), call.signal);
      else await this.#tell('resources/subscribe', uri, call);
    } catch (error) {
      this.#uris.delete(uri);
      throw error;
    }
  }

  async unsubscribe(uri: string, call: CallOptions): Promise<void> {
    if (!this.#uris.delete(uri)) return;
    if (this.#isStateless) await this.#inTurn(() => this.#listen(call), call.signal);
    else await this.#tell('resources/unsubscribe', uri, call);
  }

  /** Ends the stream; the wishes stay for the next connection. */
  detach(): void {
    this.#timer?.dispose();
    this.#connection = undefined;
    void this.#stream?.close();
    this.#stream = undefined;
  }

  get #isStateless(): boolean {
    return this.#connection?.isStateless === true;
  }

  async #tell(method: 'resources/subscribe' | 'resources/unsubscribe', uri: string, call: CallOptions): Promise<void> {
    const connection = this.#connection;
    await connection?.request(method, call, (options) =>
      connection.client.request({ method, params: { uri } }, options),
    );
  }

  /** One after the other: each opens the stream with all wishes of its moment and closes the one before. */
  #inTurn(task: () => Promise<void>, signal?: AbortSignal): Promise<void> {
    const turn = this.#queue.then(task);
    this.#queue = turn.catch(() => {});
    const { server } = this.#options;
    return abortable(turn, signal, () => cancelledError({ server, method: 'subscriptions/listen', signal }, false));
  }

  async #listen(call: CallOptions = INTERNAL): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined) return;
    const filter = this.#filter(connection);
    // It goes on until the other one is there, which the server may refuse.
    const earlier = this.#stream;
    let stream: McpSubscription | undefined;
    if (Object.keys(filter).length > 0) {
      stream = await openStream(connection, filter, call);
    }
    if (connection !== this.#connection) {
      await stream?.close();
      return;
    }
    this.#stream = stream;
    if (stream !== undefined) this.#watch(stream);
    await earlier?.close();
  }

  #watch(stream: McpSubscription): void {
    const opened = this.#options.clock.now();
    void stream.closed.then((cause) => {
      if (cause === 'local' || this.#stream !== stream) return;
      if (this.#options.clock.now() - opened > PROVEN_MS) this.#reopenings = 0;
      this.#reopen();
    });
  }

  #reopen(): void {
    if (this.#connection === undefined) return;
    this.#reopenings += 1;
    if (this.#reopenings > MAX_REOPENINGS) {
      this.#options.log.warn('The server keeps ending the stream of changes; it is not opened again.');
      return;
    }
    this.#timer = this.#options.clock.after(2 ** (this.#reopenings - 1) * 1000, () => {
      this.#inTurn(() => this.#listen()).catch((error: unknown) => {
        this.#options.log.debug(`Subscriptions: ${messageOf(error)}`);
        this.#reopen();
      });
    });
  }

  #filter({ client }: Connection): SubscriptionFilter {
    const capabilities = client.getServerCapabilities();
    return {
      ...(capabilities?.tools?.listChanged === true ? { toolsListChanged: true } : {}),
      ...(capabilities?.prompts?.listChanged === true ? { promptsListChanged: true } : {}),
      ...(capabilities?.resources?.listChanged === true ? { resourcesListChanged: true } : {}),
      ...(this.#uris.size > 0 ? { resourceSubscriptions: [...this.#uris] } : {}),
    };
  }
}

/** The signal of a caller ends the opening; the stream is for all and outlives it. */
async function openStream(
  connection: Connection,
  filter: SubscriptionFilter,
  call: CallOptions,
): Promise<McpSubscription> {
  const opening = new AbortController();
  const onAbort = (): void => opening.abort(call.signal?.reason);
  call.signal?.addEventListener('abort', onAbort);
  try {
    return await connection.request('subscriptions/listen', call, ({ timeout }) =>
      connection.client.listen(filter, {
        ...(timeout === undefined ? {} : { timeout }),
        signal: opening.signal,
      }),
    );
  } finally {
    call.signal?.removeEventListener('abort', onAbort);
  }
}
