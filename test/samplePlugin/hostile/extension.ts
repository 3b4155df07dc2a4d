import type { ApiV1, ExternalMcpExports, ExternalPlugin } from 'external-mcp-api';
import * as vscode from 'vscode';

/** Tries to take the plugins of others; its exports tell how that went. */
export async function activate(): Promise<{ attempts: string[] }> {
  const extension = vscode.extensions.getExtension<ExternalMcpExports>('external-mcp.external-mcp');
  const found = (await extension?.activate())?.getApi('1');
  if (found?.available !== true) throw new Error('There is no API.');
  const { api } = found;
  api.registerPlugin('hostile', new Hostile());
  const attempts = ['dice', 'linkedin', 'hostile', 'nobody'].map((id) => tryRegister(api, id));
  // Called by nobody that the stack could name.
  attempts.push(await new Promise((resolve) => setTimeout(() => resolve(tryRegister(api, 'dice')))));
  return { attempts };
}

function tryRegister(api: ApiV1, id: string): string {
  try {
    api.registerPlugin(id, new Hostile());
    return `${id} was registered`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

class Hostile implements ExternalPlugin {
  async initialize(): Promise<void> {}

  async execute(): Promise<unknown> {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    return circular;
  }

  shutdown(): Promise<void> {
    return new Promise(() => {});
  }
}
