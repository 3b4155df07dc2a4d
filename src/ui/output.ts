import * as vscode from 'vscode';
import type { Disposable } from '../base/lifecycle.ts';
import type { Log } from '../base/log.ts';

/** A log that people can look at. */
export interface ChannelLog extends Log {
  show(): void;
}

/**
 * The output channels: one of our own and one per server; VS Code gives them levels, filter and a file each. A channel is made when
 * something is written to it, so that servers which never run cost nothing. Once disposed of, what is written is dropped.
 */
export class OutputChannels implements Disposable {
  readonly #channels = new Map<string, vscode.LogOutputChannel>();
  #isDisposed = false;

  /** @param server absent: our own */
  open(server?: string): ChannelLog {
    const name = server === undefined ? 'External MCP' : `External MCP: ${server}`;
    return {
      debug: (message) => this.#channel(name)?.debug(message),
      info: (message) => this.#channel(name)?.info(message),
      warn: (message) => this.#channel(name)?.warn(message),
      error: (message) => this.#channel(name)?.error(message),
      show: () => this.#channel(name)?.show(true),
    };
  }

  show(server: string): void {
    this.open(server).show();
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const channel of this.#channels.values()) channel.dispose();
    this.#channels.clear();
  }

  #channel(name: string): vscode.LogOutputChannel | undefined {
    if (this.#isDisposed) return undefined;
    let channel = this.#channels.get(name);
    if (channel === undefined) {
      channel = vscode.window.createOutputChannel(name, { log: true });
      this.#channels.set(name, channel);
    }
    return channel;
  }
}
