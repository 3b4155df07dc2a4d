import * as vscode from 'vscode';
import { messageOf } from '../base/errors.ts';
import { type Disposable, DisposableStore } from '../base/lifecycle.ts';
import { startsAgain, startsOnOpen } from '../servers/definitionEntry.ts';
import type { ManagedServer } from '../servers/managedServer.ts';
import type { ServerRegistry } from '../servers/serverRegistry.ts';
import { isActive } from '../servers/status.ts';
import type { ChannelLog } from './output.ts';

const REMEMBERED = 'runningServers';

/**
 * Starts the servers that are to run from the opening of the window on, and those that ran when it was last closed: once each, so that one
 * that was stopped stays so, in their order, a few at a time.
 */
export class AutoStart implements Disposable {
  readonly #registry: ServerRegistry;
  readonly #state: vscode.Memento;
  readonly #log: ChannelLog;
  readonly #owned = new DisposableStore();
  readonly #begun = new WeakSet<ManagedServer>();
  readonly #before: ReadonlySet<string>;
  readonly #running = new Set<string>();
  /** Due and not started yet: they run as far as the next window is concerned. */
  readonly #queued = new Set<string>();

  /** @param state where it is remembered what ran */
  constructor(registry: ServerRegistry, state: vscode.Memento, log: ChannelLog) {
    this.#registry = registry;
    this.#state = state;
    this.#log = log;
    this.#before = new Set(state.get<readonly string[]>(REMEMBERED, []));
    this.#owned.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#begin()));
    // The definitions of a workspace can be read only a moment after it was trusted.
    this.#owned.add(registry.onDidChangeServers(() => this.#begin()));
    this.#owned.add(registry.onDidChangeServer((server) => this.#remember(server)));
    this.#begin();
  }

  /** From here on nothing is remembered: what is stopped because the window closes has been running. */
  dispose(): void {
    this.#owned.dispose();
  }

  #begin(): void {
    if (!vscode.workspace.isTrusted) return;
    for (const server of this.#registry.servers) {
      const isDue = startsOnOpen(server.entry) || (this.#before.has(server.name) && startsAgain(server.entry));
      if (!isDue || server.status.kind !== 'stopped' || this.#begun.has(server)) continue;
      this.#begun.add(server);
      this.#queued.add(server.name);
      this.#registry
        .startInTurn(server)
        // Its failure is shown in the tree; a notification per server at every opening of the window would be too much.
        .catch((error: unknown) => this.#log.warn(messageOf(error)))
        .finally(() => this.#queued.delete(server.name));
    }
  }

  #remember({ name, status }: ManagedServer): void {
    if (this.#running.has(name) === isActive(status)) return;
    if (isActive(status)) this.#running.add(name);
    else this.#running.delete(name);
    void this.#state.update(REMEMBERED, [...new Set([...this.#running, ...this.#queued])]);
  }
}
