import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';

/** Milliseconds between two looks, and looks until we give up: VS Code activates some seconds after its window is restored. */
const POLL = { everyMs: 100, times: 600 };

/** Runs in the extension host: waits until VS Code has activated the extension by itself, then saves VS Code's own account of it. */
export async function run(): Promise<void> {
  const file = process.env['EXTERNAL_MCP_TEST_ACTIVATION_FILE'];
  if (file === undefined) throw new Error('EXTERNAL_MCP_TEST_ACTIVATION_FILE is not set');
  for (let look = 0; look < POLL.times; look += 1) {
    if (vscode.extensions.getExtension('external-mcp.external-mcp')?.isActive === true) break;
    await sleep(POLL.everyMs);
  }
  // "Developer: Startup Performance": it opens an editor, whose text is complete as soon as it has any.
  await vscode.commands.executeCommand('perfview.show');
  for (let look = 0; look < POLL.times; look += 1) {
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    if (text.includes('Extension Activation')) return writeFile(file, text);
    await sleep(POLL.everyMs);
  }
}
