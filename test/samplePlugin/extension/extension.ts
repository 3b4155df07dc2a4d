import type {
  CancellationToken,
  ExternalMcpExports,
  ExternalPlugin,
  PluginContext,
  PluginRequest,
} from 'external-mcp-api';
import * as vscode from 'vscode';

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const extension = vscode.extensions.getExtension<ExternalMcpExports>('external-mcp.external-mcp');
  const found = (await extension?.activate())?.getApi('1');
  if (found?.available !== true) return;
  context.subscriptions.push(found.api.registerPlugin('dice', new DicePlugin(context.asAbsolutePath('server.mjs'))));
}

class DicePlugin implements ExternalPlugin {
  readonly #serverPath: string;
  #context: PluginContext | undefined;

  constructor(serverPath: string) {
    this.#serverPath = serverPath;
  }

  async initialize(context: PluginContext): Promise<void> {
    this.#context = context;
  }

  /** What it resolves with is the response's data; what it throws, and what the tool fails with, becomes the response's error. */
  async execute({ parameters }: PluginRequest, token: CancellationToken): Promise<unknown> {
    const context = this.#context;
    if (context === undefined) throw new Error('execute comes after initialize');
    const { sides } = context.config as { sides: number };
    // Runs already? Then this is the server that runs.
    const server = await context.startServer({ name: 'Dice', serverPath: this.#serverPath, transport: 'stdio' }, token);
    const result = await context.callTool(server.name, 'roll', { ...parameters, sides }, { token });
    return result.isError === true ? result : result.structuredContent;
  }

  /** Its servers are stopped by External MCP. */
  async shutdown(): Promise<void> {}
}
