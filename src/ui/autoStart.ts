import * as vscode from 'vscode';
import { messageOf } from '../base/errors.ts';
import { type Disposable, DisposableStore } from '../base/lifecycle.ts';
import { startsOnOpen } from '../servers/definitionEntry.ts';
import type { ManagedServer } from '../servers/managedServer.ts';
import type { ServerRegistry } from '../servers/serverRegistry.ts';
import type { ChannelLog } from './output.ts';

/** Starts the servers that are to run from the opening of the window on: once each, so that one that was stopped stays so. */
export class AutoStart implements Disposable {
  readonly #registry: ServerRegistry;
  readonly #log: ChannelLog;
  readonly #owned = new DisposableStore();
  readonly #begun = new WeakSet<ManagedServer>();

  constructor(registry: ServerRegistry, log: ChannelLog) {
    this.#registry = registry;
    this.#log = log;
    this.#owned.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#start()));
    // The definitions of a workspace can be read only a moment after it was trusted.
    this.#owned.add(registry.onDidChangeServers(() => this.#start()));
    this.#start();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #start(): void {
    if (!vscode.workspace.isTrusted) return;
    for (const server of this.#registry.servers) {
      if (!startsOnOpen(server.entry) || server.status.kind !== 'stopped' || this.#begun.has(server)) continue;
      this.#begun.add(server);
      // Its failure is shown in the tree; a notification per server at every opening of the window would be too much.
      server.start().catch((error: unknown) => this.#log.warn(messageOf(error)));
    }
  }
}
