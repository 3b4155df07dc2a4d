import { t } from '@vscode/l10n';
import { displayText } from '../base/displayText.ts';
import { ExternalMcpError } from '../base/errors.ts';
import type { Event } from '../base/event.ts';
import { type Disposable, DisposableStore } from '../base/lifecycle.ts';
import { ExternalMcpProcess } from '../process/externalMcpProcess.ts';
import type { OutputLine } from '../process/outputReader.ts';
import { describeExit, type ExitCause, type ProcessState } from '../process/state.ts';
import type { Launch } from './launchPlan.ts';
import { exitedError } from './runErrors.ts';
import type { RunOptions } from './runOptions.ts';

/** Lines of output repeated in an error. */
const SHOWN_OUTPUT_LINES = 5;
/** Characters of each: Node repeats the whole source line that threw, which in a minified program is all of it. */
const SHOWN_LINE_LENGTH = 500;
/** How long a broken connection waits for the end of its process, which is seen a moment later and explains it better, in ms. */
const END_MS = 500;
/** Of the soft limit, at which the server is restarted in good order: what the system enforces is for those that grow faster. */
const HARD_LIMIT = 2;

/** A process of a run: what it says goes to the server's log, and its end becomes an error. */
export class RunProcess implements Disposable {
  readonly #options: RunOptions;
  readonly #process: ExternalMcpProcess;
  readonly #owned = new DisposableStore();
  #exit: ExitCause | undefined;
  readonly #ended = Promise.withResolvers<ExternalMcpError>();

  constructor(options: RunOptions, launch: Launch, stdio: 'output' | 'pipes') {
    const { name: server, traffic, clock, log, redactor, guard, limits } = options;
    this.#options = options;
    this.#process = new ExternalMcpProcess({
      server,
      ...launch,
      stdio,
      traffic,
      clock,
      log,
      redact: (text) => redactor.text(text),
      guard,
      ...(limits.memoryBytes === undefined ? {} : { memoryMaxBytes: limits.memoryBytes * HARD_LIMIT }),
    });
    this.#owned.add(this.#process.onLine(({ text }) => log.info(text)));
    this.#owned.add(
      this.#process.onDidEnd((cause) => {
        this.#exit = cause;
        this.#ended.resolve(this.endError());
        log.info(t('The process {0}.', describeExit(cause)));
      }),
    );
  }

  get state(): ProcessState {
    return this.#process.state;
  }

  /** How it ended; what it left behind may still be there. */
  get exit(): ExitCause | undefined {
    const { state } = this;
    return state.kind === 'exited' ? state.cause : this.#exit;
  }

  /** While something of it may be left. */
  get pid(): number | undefined {
    const { state } = this;
    return state.kind === 'running' || state.kind === 'stopping' ? state.pid : undefined;
  }

  get pipes(): ExternalMcpProcess['pipes'] {
    return this.#process.pipes;
  }

  get onLine(): Event<OutputLine> {
    return this.#process.onLine;
  }

  /** Resolves with how it ended, whoever wanted that. */
  get ended(): Promise<ExternalMcpError> {
    return this.#ended.promise;
  }

  start(signal: AbortSignal): Promise<void> {
    return this.#process.start(signal);
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }

  /** A connection that broke because the process ended: its end is the reason, not the broken connection. */
  async explain(error: unknown): Promise<unknown> {
    if (!(error instanceof ExternalMcpError) || error.kind !== 'connection' || error.httpStatus !== undefined)
      return error;
    return (await this.endsSoon()) ?? error;
  }

  /** How it ended, if it has or does so within half a second. */
  async endsSoon(): Promise<ExternalMcpError | undefined> {
    const patience = Promise.withResolvers<undefined>();
    const timer = this.#options.clock.after(END_MS, () => patience.resolve(undefined));
    try {
      return await Promise.race([this.#ended.promise, patience.promise]);
    } finally {
      timer.dispose();
    }
  }

  /** How it ended, with its last words. */
  endError(): ExternalMcpError {
    const { name, redactor } = this.#options;
    const how = this.exit === undefined ? t('ended') : describeExit(this.exit);
    const lines = this.#process
      .lastOutput(SHOWN_OUTPUT_LINES)
      .map((line) => displayText(redactor.text(line), SHOWN_LINE_LENGTH));
    return exitedError(name, how, lines);
  }

  /** Nothing it says is heard any more; does not end it. */
  dispose(): void {
    this.#owned.dispose();
  }
}
