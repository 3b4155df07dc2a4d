import * as vscode from 'vscode';
import type { Disposable } from '../base/lifecycle.ts';
import type { Log } from '../base/log.ts';

/** The output channels, one per server; VS Code gives them levels, filter and a file each. */
export class OutputChannels implements Disposable {
  readonly #channels = new Map<string, vscode.LogOutputChannel>();

  open(server: string): Log {
    return this.#channel(server);
  }

  show(server: string): void {
    this.#channel(server).show(true);
  }

  dispose(): void {
    for (const channel of this.#channels.values()) channel.dispose();
    this.#channels.clear();
  }

  #channel(server: string): vscode.LogOutputChannel {
    let channel = this.#channels.get(server);
    if (channel === undefined) {
      channel = vscode.window.createOutputChannel(`External MCP: ${server}`, { log: true });
      this.#channels.set(server, channel);
    }
    return channel;
  }
}
