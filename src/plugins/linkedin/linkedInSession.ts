import { t } from '@vscode/l10n';
import type {
  CallToolResult,
  CancellationToken,
  ErrorKind,
  PluginContext,
  PluginOutcome,
  PluginRequest,
} from '../../api.ts';
import { CallQueue } from './callQueue.ts';
import { LinkedToken } from './cancellation.ts';
import { isRecord, type LinkedInConfiguration, readConfiguration } from './configuration.ts';
import { pageDocument } from './document.ts';
import { meaningOf, type Told } from './errorTable.ts';
import { callTimeoutMs, ownProgram, terminalDefinition, type TerminalAction } from './flavours.ts';
import { type Identity, readIdentity, type Subject } from './identity.ts';
import { type ErrorCode, LinkedInError, type Problem } from './linkedInError.ts';
import { LinkedInServer } from './linkedInServer.ts';
import { problemOf, runAction, setSecret } from './problems.ts';
import { isEmptyPage, readResult, sectionErrors } from './results.ts';
import { chooseArguments, chooseTool } from './toolArguments.ts';

/** The plugin between its `initialize` and its `shutdown`. */
export class LinkedInSession {
  readonly #context: PluginContext;
  readonly #configuration: LinkedInConfiguration;
  readonly #server: LinkedInServer;
  readonly #queue = new CallQueue();
  readonly #running = new Set<LinkedToken>();

  constructor(context: PluginContext) {
    this.#context = context;
    this.#configuration = readConfiguration(context.config);
    this.#server = new LinkedInServer(context, this.#configuration);
  }

  /** Resolves with an error for whatever servers and LinkedIn do; rejects with what the host's own functions reject with. */
  async execute(request: PluginRequest, token: CancellationToken): Promise<PluginOutcome> {
    const linked = new LinkedToken(token);
    this.#running.add(linked);
    try {
      return await this.#carryOut(request, linked);
    } catch (error) {
      if (!(error instanceof LinkedInError)) throw error;
      this.#context.offer(error.problem.offers);
      return { status: 'error', error: told(error.problem) };
    } finally {
      this.#running.delete(linked);
      linked.dispose();
    }
  }

  /** Cancels what runs and waits, closes the browser and stops the server. Never rejects. */
  async end(): Promise<void> {
    for (const token of this.#running) token.cancel();
    await this.#server.end();
  }

  #carryOut({ action, parameters }: PluginRequest, token: CancellationToken): Promise<PluginOutcome> {
    switch (action) {
      case 'get_person_profile':
        return this.#read('person', parameters, token);
      case 'get_company_profile':
        return this.#read('company', parameters, token);
      case 'close_session':
        return this.#queue.run(token, () => this.#closeBrowser(token));
      case 'sign_in':
      case 'sign_out':
      case 'sign_in_status':
        return this.#inTerminal(action);
      default: {
        const message = t('The LinkedIn plugin has no action “{0}”.', action.slice(0, 100));
        throw new LinkedInError({ kind: 'validation', code: 'parameters', message });
      }
    }
  }

  async #read(
    subject: Subject,
    parameters: PluginRequest['parameters'],
    token: CancellationToken,
  ): Promise<PluginOutcome> {
    // Before it waits for its turn: what is wrong with the parameters can be said at once.
    const identity = readIdentity(subject, parameters);
    if (this.#queue.isBusy)
      this.#context.log.info(t('Another LinkedIn action is running; this one waits for its turn.'));
    return this.#queue.run(token, async () => {
      const server = await this.#start(token);
      const tool = chooseTool(subject, server.tools, server.name);
      const args = chooseArguments(subject, tool, identity, parameters, (name) =>
        this.#context.log.info(
          t('The parameter “{0}” is left out: “{1}” does not know it.', name.slice(0, 100), tool.name),
        ),
      );
      const outcome = this.#judge(subject, await this.#call(server.name, tool.name, args, token));
      await this.#show(identity, outcome);
      return outcome;
    });
  }

  /** What a result means. Throws `LinkedInError` for one that is an error in whatever way. */
  #judge(subject: Subject, result: CallToolResult): PluginOutcome {
    const { data, told: error, page } = readResult(result);
    if (error !== undefined) throw this.#failure(error, page);
    const [first, ...more] = sectionErrors(data);
    if (first !== undefined) {
      const problem = this.#problem(first[1]);
      const sections = [first, ...more].slice(0, 20).map(([name]) => name.slice(0, 60));
      const message = t('These sections could not be read: {0}. {1}', sections.join(', '), problem.message);
      this.#context.offer(problem.offers);
      // A page of which nothing was read is no part of a page.
      return { status: isEmptyPage(data) ? 'error' : 'partial', data, error: told({ ...problem, message }) };
    }
    if (subject === 'person' && isEmptyPage(data)) {
      throw new LinkedInError(problemOf('suspected-expiry', undefined, this.#circumstances()));
    }
    return { status: 'success', data };
  }

  /** A page that cannot be shown was read all the same. */
  async #show(identity: Identity, { status, data }: PluginOutcome): Promise<void> {
    if (status === 'error') return;
    if (this.#server.withBrowser !== undefined) {
      this.#context.offer([runAction(t('Close Browser Session'), 'close_session')]);
    }
    try {
      await this.#context.openDocument(pageDocument(identity, data), 'markdown');
    } catch (error) {
      this.#context.log.warn(t('The page could not be shown: {0}', messageOf(error)));
    }
  }

  async #closeBrowser(token: CancellationToken): Promise<PluginOutcome> {
    const server = this.#server.withBrowser;
    if (server === undefined) return nothingOpen();
    let result: CallToolResult;
    try {
      result = await this.#call(server, 'close_session', {}, token);
    } catch (error) {
      // It ended meanwhile, and its browser with it.
      if (isErrorOfKind(error, ['connection', 'process'])) return nothingOpen();
      throw error;
    }
    const { data, told: error, page } = readResult(result);
    if (error !== undefined) throw this.#failure(error, page);
    return { status: 'success', data: { closed: true, answer: data } };
  }

  async #inTerminal(action: TerminalAction): Promise<PluginOutcome> {
    const { flavour } = this.#configuration;
    const program = terminalDefinition(this.#configuration, action);
    if (program === undefined) {
      const secret =
        flavour === 'token' ? setSecret(t('Set Access Token'), 'accessToken') : setSecret(t('Set Cookie'), 'cookie');
      const message = t('The flavour “{0}” has no such thing: it signs in with what is set as its secret.', flavour);
      throw new LinkedInError({ kind: 'config', code: 'no-sign-in', message, offers: [secret] });
    }
    const names = {
      sign_in: t('LinkedIn: Sign In'),
      sign_out: t('LinkedIn: Sign Out'),
      sign_in_status: t('LinkedIn: Sign-In Status'),
    };
    await this.#context.runInTerminal({ ...program, name: names[action] });
    return { status: 'success', data: { started: true, message: t('It runs in the terminal “{0}”.', names[action]) } };
  }

  async #start(token: CancellationToken): ReturnType<LinkedInServer['ready']> {
    try {
      return await this.#server.ready(token);
    } catch (error) {
      this.#offerInstallation(error);
      throw this.#refined(error);
    }
  }

  /** Only of a program that could not be run does a message name the command. */
  #offerInstallation(error: unknown): void {
    const own = ownProgram(this.#configuration);
    if (own === undefined || !isErrorOfKind(error, ['process']) || !error.message.includes(`"${own.command}"`)) return;
    const title = t('How to Install {0}', own.command);
    this.#context.offer([{ title, command: 'vscode.open', argument: own.page }]);
  }

  async #call(server: string, tool: string, args: object, token: CancellationToken): Promise<CallToolResult> {
    try {
      const timeoutMs = callTimeoutMs(this.#configuration);
      return await this.#context.callTool(server, tool, args, { timeoutMs, token });
    } catch (error) {
      throw this.#refined(error);
    }
  }

  /** What the host's error means on LinkedIn, where its text says so: the last words of a process, a JSON-RPC error. Else the error itself. */
  #refined(error: unknown): unknown {
    const speaks: readonly unknown[] = ['process', 'protocol', 'tool'] satisfies ErrorKind[];
    if (!isErrorOfKind(error, speaks)) return error;
    const said = { text: error.message, byHost: true };
    const code = meaningOf(said);
    return code === undefined ? error : new LinkedInError(this.#problem(said, code));
  }

  #failure(error: Told, page: string | undefined): LinkedInError {
    return new LinkedInError(this.#problem(error, undefined, page));
  }

  #problem(error: Told, code: ErrorCode = meaningOf(error) ?? 'unknown', page?: string): Problem {
    return problemOf(code, error, { ...this.#circumstances(), ...(page === undefined ? {} : { page }) });
  }

  #circumstances() {
    const { shortCookie } = this.#server;
    return { flavour: this.#configuration.flavour, ...(shortCookie === undefined ? {} : { shortCookie }) };
  }
}

function nothingOpen(): PluginOutcome {
  return { status: 'success', data: { closed: false, message: t('No browser session is open.') } };
}

function told({ offers: _shown, ...error }: Problem): NonNullable<PluginOutcome['error']> {
  return error;
}

/** Of an error that crossed extension hosts only the name is left: "process (ExternalMcpError)". */
function isErrorOfKind(error: unknown, kinds: readonly unknown[]): error is Error {
  if (!(error instanceof Error)) return false;
  const kind = isRecord(error) ? error['kind'] : undefined;
  return kinds.includes(kind ?? error.name.replace(/ \(ExternalMcpError\)$/, ''));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
