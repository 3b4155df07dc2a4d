import type { CancellationToken, ExternalPlugin, PluginContext, PluginOutcome, PluginRequest } from '../../api.ts';
import { LinkedInSession } from './linkedInSession.ts';

/** Reads people and companies on LinkedIn by one of three servers; written as any other extension would write it. */
export class LinkedInPlugin implements ExternalPlugin {
  #session: LinkedInSession | undefined;

  async initialize(context: PluginContext): Promise<void> {
    await this.shutdown();
    this.#session = new LinkedInSession(context);
  }

  /** Rejects only with what the host's own functions reject with. */
  async execute(request: PluginRequest, token: CancellationToken): Promise<PluginOutcome> {
    if (this.#session === undefined)
      throw new Error('The plugin is executed between "initialize" and "shutdown" only.');
    return this.#session.execute(request, token);
  }

  async shutdown(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.end();
  }
}
