import { t } from '@vscode/l10n';
import { ExternalMcpError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';

/** Refusals in a row that mean the server is gone; one alone may be a restart. */
const MAX_REFUSALS = 2;
/** Times in a row that the stream may end without having brought anything before we leave it closed. */
const MAX_EMPTY_STREAMS = 8;

/**
 * The stream on which a server speaks unasked (GET). It is opened again when it ends, but not for ever: a server that closes it each time
 * does not want it, and one that no longer accepts connections is gone.
 */
export class ListeningStream {
  readonly #server: string;
  readonly #log: Log;
  readonly #onGone: (error: ExternalMcpError) => void;
  #refusals = 0;
  #emptyStreams = 0;

  /** @param onGone called when nothing listens any more */
  constructor(server: string, log: Log, onGone: (error: ExternalMcpError) => void) {
    this.#server = server;
    this.#log = log;
    this.#onGone = onGone;
  }

  /** Opens it; only a connection that cannot be made counts against the server. */
  async open(fetch: () => Promise<Response>): Promise<Response> {
    try {
      const response = await fetch();
      this.#refusals = 0;
      return response;
    } catch (error) {
      if (error instanceof ExternalMcpError && error.kind === 'connection' && error.retryable) {
        this.#refusals += 1;
        if (this.#refusals >= MAX_REFUSALS) this.#onGone(this.#gone(error));
      }
      throw error;
    }
  }

  /** It brought something. */
  progressed(): void {
    this.#emptyStreams = 0;
  }

  /** Milliseconds until it may be opened again, at least what the server asked for; undefined: it stays closed. */
  nextWait(asked: number): number | undefined {
    this.#emptyStreams += 1;
    if (this.#emptyStreams <= MAX_EMPTY_STREAMS) return Math.max(asked, 2 ** (this.#emptyStreams - 1) * 100);
    this.#log.debug(`Protocol: the listening stream ended ${MAX_EMPTY_STREAMS} times in a row and stays closed.`);
    return undefined;
  }

  #gone(cause: ExternalMcpError): ExternalMcpError {
    return new ExternalMcpError(
      'connection',
      t('“{0}” is gone: nothing listens at its address any more.', this.#server),
      {
        server: this.#server,
        cause,
        outcomeUnknown: true,
      },
    );
  }
}
