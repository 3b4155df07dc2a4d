import { format } from 'node:util';
import type { Page } from 'playwright-core';
import { inHostMark } from './inHostMark.ts';
import type { VscodeServer } from './vscodeServer.ts';
import { workbenchUrl } from './workbench.ts';

/** Environment variables with this prefix are handed to the extension host. */
const variablePrefix = 'EXTERNAL_MCP_TEST_';

const explainedMessages = 10;
const explainedLines = 6;

/** What to run, and where. */
export type TestRun = {
  readonly server: VscodeServer;
  readonly folder: string;
  readonly extensionDevelopmentPath: string;
  readonly extensionTestsPath: string;
  readonly signal: AbortSignal;
};

/** Opens the folder in `page`, runs the tests in its extension host, prints what they print, and returns their exit code. */
export async function runTestsIn(page: Page, run: TestRun): Promise<number> {
  run.signal.throwIfAborted();
  const { promise: exited, resolve, reject } = Promise.withResolvers<number>();
  exited.catch(() => {}); // Awaited below; it may settle before.
  run.signal.addEventListener('abort', () => reject(run.signal.reason), { once: true });
  page.once('crash', () => reject(new Error('The page of VS Code crashed.')));
  page.once('close', () => reject(new Error('The page of VS Code was closed.')));

  const output = new TestOutput();
  await page.exposeFunction('codeAutomationLog', (_level: string, args: unknown[]) => output.add(format(...args)));
  await page.exposeFunction('codeAutomationExit', resolve);
  await page.goto(testUrl(run));
  const code = await exited;
  if (code !== 0) output.explain();
  return code;
}

function testUrl(run: TestRun): string {
  const remote = (path: string): string => `vscode-remote://127.0.0.1:${run.server.port}${path}`;
  const variables = Object.entries(process.env).filter(([name]) => name.startsWith(variablePrefix));
  return workbenchUrl(run.server, run.folder, [
    ['extensionDevelopmentPath', remote(run.extensionDevelopmentPath)],
    ['extensionTestsPath', remote(run.extensionTestsPath)],
    ['extensionEnvironment', JSON.stringify(Object.fromEntries(variables))],
    ['skipWelcome', 'true'],
  ]);
}

/** Prints what the tests print. When they never began, VS Code's own log says why. */
class TestOutput {
  #began = false;
  readonly #before: string[] = [];

  add(message: string): void {
    if (message.includes('Could not locate the bindings file')) return; // The host's natives stay unbuilt.
    if (message.startsWith(inHostMark)) {
      this.#began = true;
      console.log(message.replaceAll(inHostMark, ''));
    } else if (!this.#began) this.#before.push(message);
  }

  explain(): void {
    if (this.#began) return;
    const shortened = this.#before
      .slice(-explainedMessages)
      .map((message) => message.split('\n', explainedLines).join('\n'));
    console.error(`The tests did not begin. VS Code's last messages:\n${shortened.join('\n')}`);
  }
}
