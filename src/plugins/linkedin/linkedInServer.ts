import { t } from '@vscode/l10n';
import type { CancellationToken, PluginContext, Tool } from '../../api.ts';
import { never } from './cancellation.ts';
import type { LinkedInConfiguration } from './configuration.ts';
import { normalizeCookie, SHORTEST_COOKIE } from './cookie.ts';
import { refusedVariables, secretNames, serverDefinition } from './flavours.ts';
import { shortCookieAdvice } from './problems.ts';

/** Milliseconds that the server has to close its browser before it is stopped. */
const CLOSE_MS = 3000;

interface Started {
  name: string;
  /** Of the process that the tools were asked of. */
  pid: number | undefined;
  tools: readonly Tool[];
  /** What it was started with; a process keeps its environment. */
  secrets: ReadonlyMap<string, string>;
}

/** The server of the configured flavour: started when it is needed, and anew where a secret has changed. */
export class LinkedInServer {
  readonly #context: PluginContext;
  readonly #configuration: LinkedInConfiguration;
  #started: Started | undefined;
  #shortCookie: number | undefined;

  constructor(context: PluginContext, configuration: LinkedInConfiguration) {
    this.#context = context;
    this.#configuration = configuration;
    for (const name of refusedVariables(configuration)) {
      context.log.warn(t('"{0}" is not passed on: the server refuses to start with it.', name));
    }
  }

  /** Characters of a cookie that is shorter than cookies are. */
  get shortCookie(): number | undefined {
    return this.#shortCookie;
  }

  /** Rejects as `startServer` does. */
  async ready(token: CancellationToken): Promise<{ name: string; tools: readonly Tool[] }> {
    const secrets = await this.#readSecrets();
    if (this.#started !== undefined && !sameEntries(this.#started.secrets, secrets)) {
      const { name } = this.#started;
      this.#started = undefined;
      this.#context.log.info(t('A secret has changed; the server is started again.'));
      await this.#context.stopServer(name);
    }
    const definition = serverDefinition(this.#configuration, new Set(secrets.keys()));
    const { name, pid } = await this.#context.startServer(definition, token);
    const known = this.#toolsOf(pid);
    this.#started = { name, pid, tools: known ?? [], secrets };
    const tools = known ?? (await this.#context.listTools(name, token));
    this.#started = { name, pid, tools, secrets };
    return { name, tools };
  }

  /** The server where it was started and can close its browser. */
  get withBrowser(): string | undefined {
    return this.#started?.tools.some(({ name }) => name === 'close_session') === true ? this.#started.name : undefined;
  }

  /** Closes the browser, if it does so in time, and stops the server. Never rejects. */
  async end(): Promise<void> {
    const name = this.#started?.name;
    if (name === undefined) return;
    try {
      const server = this.withBrowser;
      if (server !== undefined) {
        await this.#context.callTool(server, 'close_session', {}, { timeoutMs: CLOSE_MS, token: never });
      }
    } catch {
      // It was not running, or hangs; it is stopped now in any case.
    }
    try {
      await this.#context.stopServer(name);
    } catch (error) {
      this.#context.log.warn(String(error));
    }
    this.#started = undefined;
  }

  /** What the process was asked already. */
  #toolsOf(pid: number | undefined): readonly Tool[] | undefined {
    const { pid: asked, tools = [] } = this.#started ?? {};
    return asked === pid && tools.length > 0 ? tools : undefined;
  }

  /** Those that the server reads and that are set. The cookie is put right, and kept so. */
  async #readSecrets(): Promise<Map<string, string>> {
    const secrets = new Map<string, string>();
    for (const name of secretNames(this.#configuration)) {
      const value = await this.#context.secrets.get(name);
      const used = value === undefined || name !== 'cookie' ? value : await this.#cookie(value);
      if (used !== undefined && used !== '') secrets.set(name, used);
    }
    return secrets;
  }

  async #cookie(stored: string): Promise<string> {
    const cookie = normalizeCookie(stored);
    if (cookie !== stored && cookie !== '') await this.#context.secrets.set('cookie', cookie);
    this.#shortCookie = cookie !== '' && cookie.length < SHORTEST_COOKIE ? cookie.length : undefined;
    if (this.#shortCookie !== undefined && this.#started?.secrets.get('cookie') !== cookie) {
      this.#context.log.warn(shortCookieAdvice(this.#shortCookie));
    }
    return cookie;
  }
}

function sameEntries(left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): boolean {
  return left.size === right.size && [...left].every(([key, value]) => right.get(key) === value);
}
