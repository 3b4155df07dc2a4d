import type { Readable, Writable } from 'node:stream';

import { t } from '@vscode/l10n';

import type { Clock } from '../base/clock.ts';
import { ExternalMcpError, messageOf } from '../base/errors.ts';
import { Emitter, type Event, ObservableValue } from '../base/event.ts';
import type { Log } from '../base/log.ts';
import { TailBuffer } from '../base/tailBuffer.ts';
import type { TrafficPart, TrafficSink } from '../base/traffic.ts';
import type { GuardedRun, ProcessGuard } from './guard.ts';
import { type CommandLine, hardLimited } from './hardLimit.ts';
import { memoryKills, noticeOutOfMemory } from './outOfMemory.ts';
import { type OutputLine, OutputReader } from './outputReader.ts';
import { explainSpawnError, isPassingShortage } from './spawnError.ts';
import { type Leader, spawnLeader } from './spawn.ts';
import { describeExit, type ExitCause, type ProcessState } from './state.ts';
import { endGroup, POLITE_MS, within } from './stopLadder.ts';
import { endStrays } from './strays.ts';

/** How long the last output is waited for when the process is gone; a daemon that left the group may hold the pipes for ever. */
const OUTPUT_GRACE_MS = 300;
/** Characters of output remembered for error messages; the oldest lines go first. */
const TAIL_LIMIT = 1024 * 1024;
/** Last lines in which Node says that its heap is full; some forty of stack trace may follow. */
const LAST_WORDS = 100;

export interface ProcessOptions {
  /** The server's name, for errors and traffic. */
  server: string;
  command: string;
  args: readonly string[];
  cwd: string;
  /** The complete environment (`childEnvironment`); nothing is added to it but the guard's marker. */
  env: Readonly<Record<string, string>>;
  /** `output`: stdout and stderr both become lines. `pipes`: stdin and stdout are handed out, only stderr becomes lines. */
  stdio: 'output' | 'pipes';
  /** The kernel kills the process, or what it started, when all of them take more; only where the platform proves able to. */
  memoryMaxBytes?: number;
  /** Masks secrets in what is shown of the command. */
  redact: (text: string) => string;
  /** Hears what we do to the process; its own lines come by `onLine`. */
  log: Log;
  traffic: TrafficSink;
  clock: Clock;
  /** Absent: nobody ends the process when this host is killed. */
  guard?: ProcessGuard;
}

/** One process of a server, from its start to the end of everything in its group. A restart is another object. */
export class ExternalMcpProcess {
  readonly #options: ProcessOptions;
  readonly #state = new ObservableValue<ProcessState>({ kind: 'idle' });
  readonly #leaderEnded = new Emitter<ExitCause>();
  readonly #exited = new Emitter<ExitCause>();
  readonly #lines = new Emitter<OutputLine>();
  readonly #tail = new TailBuffer(TAIL_LIMIT);
  readonly #leaderExit = Promise.withResolvers<void>();
  readonly #reader: OutputReader;
  #killsBefore: Promise<number | undefined> | undefined;
  #cause: Promise<ExitCause> | undefined;
  #child: Leader | undefined;
  #guarded: GuardedRun | undefined;
  #starting: Promise<void> | undefined;
  #ending: Promise<void> | undefined;
  #stopRequested = false;
  #pipesClosed: Promise<unknown> = Promise.resolve();

  constructor(options: ProcessOptions) {
    this.#options = options;
    const listener = {
      show: (line: OutputLine): void => {
        this.#record(`${line.stream}: ${line.text}`);
        this.#lines.fire(line);
      },
      remember: (text: string): void => {
        if (text !== '') this.#tail.push(text);
      },
    };
    this.#reader = new OutputReader(listener, options.clock);
  }

  get state(): ProcessState {
    return this.#state.value;
  }

  readonly onDidChangeState: Event<ProcessState> = this.#state.onDidChange;
  /** The process itself is gone; what it left behind, in its group or beyond, is being ended and may take the whole ladder. */
  readonly onDidEnd: Event<ExitCause> = this.#leaderEnded.event;
  /** The process and its group are gone and its last line has been passed on. Not fired when it could not be started. */
  readonly onDidExit: Event<ExitCause> = this.#exited.event;
  /** At most 1,000 lines per second, both streams together; a further line says how many were left out. */
  readonly onLine: Event<OutputLine> = this.#lines.event;

  /** The last lines of output that are not empty, oldest first, those of a flood that were not passed on included. */
  lastOutput(count: number): readonly string[] {
    return this.#tail.last(count);
  }

  /**
   * The raw ends of stdin and stdout in `pipes` mode, once started. `stdout` is paused so that nothing is lost before somebody
   * listens: attach to it and call `resume()`. Both are destroyed when the process has exited.
   */
  get pipes(): { stdin: Writable; stdout: Readable } | undefined {
    const { stdin, stdout } = this.#child ?? {};
    return this.#options.stdio === 'pipes' && stdin && stdout ? { stdin, stdout } : undefined;
  }

  /**
   * Starts the process; resolves when the system has accepted it, which says nothing about its health.
   * Rejects with kind `process` and what to do about it; with kind `cancelled` when the signal is aborted already. To end it later, `stop()`.
   */
  start(signal?: AbortSignal): Promise<void> {
    if (this.#starting) throw new Error('An ExternalMcpProcess is started once.');
    if (signal?.aborted) {
      return Promise.reject(this.#cancelled());
    }
    this.#starting = this.#spawn(signal);
    return this.#starting;
  }

  /**
   * Ends the process and its group, politely first, within 4 s; resolves when all of it is gone. Callers share one ladder.
   * Rejects with kind `process` when something survived SIGKILL (it hangs in the kernel, or runs as another user); may be called again then.
   */
  async stop(): Promise<void> {
    if (!this.#starting) return;
    this.#stopRequested = true;
    await this.#starting.catch(() => {});
    if (this.#child) await this.#end();
  }

  async #spawn(signal: AbortSignal | undefined): Promise<void> {
    const { server, command, args, env, stdio, redact, guard } = this.#options;
    this.#state.value = { kind: 'spawning' };
    this.#guarded = await guard?.prepare(server);
    const guardedEnv = { ...env, ...this.#guarded?.env };
    this.#killsBefore = memoryKills();
    const line = await this.#commandLine();
    if (this.#stopRequested || signal?.aborted === true) {
      this.#guarded?.gone();
      this.#state.value = { kind: 'exited', cause: { kind: 'notStarted' } };
      throw this.#cancelled();
    }
    const child = await spawnLeader({ ...this.#options, ...line, env: guardedEnv }).catch(async (error: unknown) => {
      this.#guarded?.gone();
      throw await this.#couldNotStart(error);
    });
    this.#guarded?.spawned(child.pid);
    this.#child = child;
    child.once('exit', (code, signal) => this.#onLeaderExit(code, signal));
    child.on('error', (error) => this.#options.log.warn(error.message));
    // A process that ends while we write is told by its exit.
    child.stdin?.on('error', (error) => this.#options.log.debug(`stdin: ${error.message}`));
    if (child.stderr) this.#reader.attach('stderr', child.stderr);
    if (child.stdout && stdio === 'output') this.#reader.attach('stdout', child.stdout);
    // Execa makes a pipe that nobody has touched flow in the next turn.
    else child.stdout?.pause();
    this.#pipesClosed = Promise.all(child.stdio.map(closed));
    this.#note(`spawned pid ${child.pid}: ${redact([command, ...args].join(' '))}`, 'boundary');
    this.#state.value = { kind: 'running', pid: child.pid };
  }

  #cancelled(): ExternalMcpError {
    const { server } = this.#options;
    return new ExternalMcpError('cancelled', t('Starting “{0}” was cancelled.', server), { server });
  }

  async #commandLine(): Promise<CommandLine> {
    const { memoryMaxBytes } = this.#options;
    if (memoryMaxBytes === undefined) return this.#options;
    const line = await hardLimited(this.#options, memoryMaxBytes);
    const isLimited = line.args !== this.#options.args;
    this.#note(isLimited ? `limited to ${memoryMaxBytes} bytes of memory` : 'no hard limit of memory can be set here');
    return line;
  }

  async #couldNotStart(cause: unknown): Promise<ExternalMcpError> {
    const { server, redact } = this.#options;
    const reason = redact(await explainSpawnError(cause, this.#options));
    this.#note(`could not be started: ${reason}`);
    this.#state.value = { kind: 'exited', cause: { kind: 'notStarted' } };
    const message = t('“{0}” could not be started: {1}', server, reason);
    return new ExternalMcpError('process', message, { server, cause, reason, retryable: isPassingShortage(cause) });
  }

  #onLeaderExit(code: number | null, signal: NodeJS.Signals | null): void {
    const requested = this.#stopRequested;
    this.#cause = this.#explain(
      signal === null ? { kind: 'code', code: code ?? 0, requested } : { kind: 'signal', signal, requested },
    );
    void this.#cause.then((cause) => this.#leaderEnded.fire(cause));
    this.#leaderExit.resolve();
    this.#guarded?.look();
    // Helpers that it left behind may hold its port, and its pipes.
    this.#end().catch((error: unknown) => this.#options.log.error(String(error)));
  }

  /** Its last words may say more than its exit code, and come a moment later. */
  async #explain(exit: ExitCause): Promise<ExitCause> {
    await within(this.#pipesClosed, OUTPUT_GRACE_MS, this.#options.clock);
    return noticeOutOfMemory(exit, this.lastOutput(LAST_WORDS), await this.#killsBefore);
  }

  #end(): Promise<void> {
    this.#ending ??= this.#descend().catch((error: unknown) => {
      this.#ending = undefined;
      throw error;
    });
    return this.#ending;
  }

  async #descend(): Promise<void> {
    const { server, clock } = this.#options;
    const child = this.#child;
    if (!child) return;
    const { pid } = child;
    this.#state.value = { kind: 'stopping', pid };
    child.stdin?.end();
    const strays = this.#endStrays();
    const isGone = await endGroup(pid, {
      leaderExit: this.#leaderExit.promise,
      onSignal: (signal) => this.#note(`${signal} to group ${pid}`),
      clock,
    });
    await strays;
    if (isGone) return this.#finish();
    const message = t('“{0}” (process {1}) is still there after SIGKILL. End it by hand.', server, pid);
    throw new ExternalMcpError('process', message, { server });
  }

  /** What has left the group goes beside it, so that it costs no time of its own. Never rejects: the group is what counts. */
  async #endStrays(): Promise<void> {
    const { clock, log } = this.#options;
    await within(this.#leaderExit.promise, POLITE_MS, clock);
    try {
      const found = (await this.#guarded?.strays()) ?? [];
      const onSignal = (signal: string, pids: readonly number[]): void =>
        this.#note(`${signal} to ${pids.join(', ')}, which left the group`);
      await endStrays(found, { clock, onSignal });
    } catch (error) {
      log.debug(messageOf(error));
    }
  }

  async #finish(): Promise<void> {
    this.#guarded?.gone();
    this.#reader.drain();
    await within(this.#pipesClosed, OUTPUT_GRACE_MS, this.#options.clock);
    for (const pipe of this.#child?.stdio ?? []) pipe?.destroy();
    await this.#pipesClosed;
    const cause = await this.#cause;
    if (!cause) return;
    this.#note(describeExit(cause), 'end');
    this.#state.value = { kind: 'exited', cause };
    this.#exited.fire(cause);
  }

  #note(text: string, part?: TrafficPart): void {
    this.#options.log.debug(text);
    this.#record(text, part);
  }

  #record(text: string, part: TrafficPart = 'content'): void {
    const { traffic, server, clock } = this.#options;
    traffic.append({
      time: clock.wallTime(),
      server,
      direction: 'internal',
      channel: 'process',
      part,
      origin: 'internal',
      raw: new TextEncoder().encode(text),
    });
  }
}

function closed(pipe: Readable | Writable | null | undefined): Promise<void> {
  return new Promise((resolve) => (pipe ? pipe.once('close', resolve) : resolve()));
}
