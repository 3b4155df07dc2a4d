#!/usr/bin/env node
/**
 * An executable with the command line that @vscode/test-electron gives to VS Code, which runs the tests in VS Code's
 * server and a headless browser. Its own options: --host-version, --enable-workspace-trust, --test-timeout (seconds).
 */
import { parseArgs } from 'node:util';
import { launchBrowser } from './browser.ts';
import { ensureHost } from './installHost.ts';
import { runTestsIn } from './testPage.ts';
import { startVscodeServer } from './vscodeServer.ts';
import { closeWorkbench } from './workbench.ts';

const text = { type: 'string' } as const;
const { values, positionals } = parseArgs({
  strict: false, // VS Code's other options are ignored.
  allowPositionals: true,
  options: {
    extensionDevelopmentPath: text,
    extensionTestsPath: text,
    'extensions-dir': text,
    'user-data-dir': text,
    'install-extension': text,
    'host-version': text,
    'test-timeout': { ...text, default: '600' },
    'enable-workspace-trust': { type: 'boolean', default: false },
  },
});

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => stop.abort(new Error(`The test run was interrupted by ${signal}.`)));

try {
  process.exitCode = await main();
} catch (error) {
  console.error(stop.signal.aborted ? String(stop.signal.reason) : error);
  process.exitCode = 1;
}

async function main(): Promise<number> {
  const [folder] = positionals;
  const extensionDevelopmentPath = option('extensionDevelopmentPath');
  const extensionTestsPath = option('extensionTestsPath');
  if (!folder || !extensionDevelopmentPath || !extensionTestsPath)
    throw new Error('A folder, --extensionDevelopmentPath=… and --extensionTestsPath=… are needed.');
  const host = await ensureHost(option('host-version'));
  const seconds = Number(option('test-timeout'));
  const timer = setTimeout(() => stop.abort(new Error(`The tests did not end within ${seconds} s.`)), seconds * 1000);

  await using resources = new AsyncDisposableStack();
  resources.defer(() => clearTimeout(timer));
  const server = await startVscodeServer({
    host,
    trust: values['enable-workspace-trust'] === true,
    userDataDir: option('user-data-dir'),
    extensionsDir: option('extensions-dir'),
    vsix: option('install-extension'),
  });
  resources.defer(() => server.close());
  const browser = await launchBrowser();
  resources.defer(() => browser.close());
  const page = await browser.newPage();
  resources.defer(() => closeWorkbench(page, server));
  return await runTestsIn(page, { server, folder, extensionDevelopmentPath, extensionTestsPath, signal: stop.signal });
}

function option(name: keyof typeof values): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}
