/**
 * Runs the in-host suite against the packaged extension: in VS Code's server, or in the desktop VS Code that
 * EXTERNAL_MCP_VSCODE names. Options: --host-version V, --grep PATTERN, --untrusted, --timeout SECONDS, --vsix FILE.
 */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { TestRunFailedError, resolveCliArgsFromVSCodeExecutablePath, runTests } from '@vscode/test-electron';
import { execa } from 'execa';
import { leftRunningVariable, testAfterWindow } from './afterWindow.ts';
import { bundleSuite } from './bundleSuite.ts';
import { countsFileVariable } from './countReporter.ts';
import type { Counts } from './counts.ts';
import { readCounts } from './counts.ts';
import { firstFailures } from './failures.ts';
import { packagedExtension, repositoryRoot } from './paths.ts';
import { packExtension } from '../samplePlugin/packExtension.ts';
import { makeTemporaryFolder } from './temporaryFolder.ts';
import { quietSettings } from './workbench.ts';

const { values: options } = parseArgs({
  options: {
    'host-version': { type: 'string' },
    grep: { type: 'string' },
    untrusted: { type: 'boolean', default: false },
    timeout: { type: 'string', default: '600' },
    vsix: { type: 'string', default: packagedExtension },
  },
});

// The adapter is interrupted too and closes VS Code; its end is waited for, so that the temporary folder can be removed.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

const temporary = await makeTemporaryFolder('host');
const root = temporary.path;
try {
  process.exitCode = await main();
} finally {
  await temporary.remove();
}

async function main(): Promise<number> {
  const desktop = process.env['EXTERNAL_MCP_VSCODE'];
  const workspace = join(root, 'workspace');
  const userDataDir = join(root, 'user-data');
  const profile = [`--user-data-dir=${userDataDir}`, `--extensions-dir=${join(root, 'extensions')}`];
  await cp(join(import.meta.dirname, 'workspace'), workspace, { recursive: true });
  await mkdir(join(userDataDir, 'User'), { recursive: true });
  await writeFile(join(userDataDir, 'User', 'settings.json'), JSON.stringify(quietSettings));

  const leftRunningFile = join(root, 'left-running.json');
  const countsFile = process.env[countsFileVariable] ?? join(root, 'counts.json');
  const succeeded = await runTests({
    vscodeExecutablePath: desktop ?? join(import.meta.dirname, 'vscodeAdapter.ts'),
    extensionDevelopmentPath: join(import.meta.dirname, 'driver'),
    extensionTestsPath: await bundleSuite(),
    extensionTestsEnv: {
      [countsFileVariable]: countsFile,
      [leftRunningVariable]: leftRunningFile,
      EXTERNAL_MCP_TEST_GREP: options.grep,
      EXTERNAL_MCP_TEST_REPOSITORY: repositoryRoot,
      EXTERNAL_MCP_TEST_PLUGIN_1: await packExtension('extension', join(root, 'plugin-1')),
      EXTERNAL_MCP_TEST_PLUGIN_2: await packExtension('extension', join(root, 'plugin-2'), (manifest) =>
        manifest.replace('"version": "1.0.0"', '"version": "2.0.0"').replace('Roll Dice', 'Throw Dice'),
      ),
      EXTERNAL_MCP_TEST_PLUGIN_HOSTILE: await packExtension('hostile', join(root, 'hostile')),
    },
    launchArgs: [workspace, ...profile, ...(desktop ? await prepareDesktop(desktop, profile) : adapterArgs())],
  }).then(
    () => true,
    (error: unknown) => {
      if (!(error instanceof TestRunFailedError)) throw error;
      return false;
    },
  );
  const inWindow = await readCounts(countsFile, succeeded);
  const afterWindow = await testAfterWindow(leftRunningFile);
  const passed = inWindow.passed + afterWindow.passed;
  const failed = inWindow.failed + afterWindow.failed;
  const failures = firstFailures([...inWindow.failures, ...afterWindow.failures]);
  await writeFile(countsFile, JSON.stringify({ passed, failed, failures } satisfies Counts));
  console.log(`host: ${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function adapterArgs(): string[] {
  const version = options['host-version'];
  return [
    `--install-extension=${resolve(options.vsix)}`,
    `--test-timeout=${options.timeout}`,
    ...(version ? [`--host-version=${version}`] : []),
    ...(options.untrusted ? ['--enable-workspace-trust'] : []),
  ];
}

/** A desktop VS Code installs an extension with one command and runs tests with another, and always trusts the folder then. */
async function prepareDesktop(executable: string, profile: readonly string[]): Promise<string[]> {
  if (options.untrusted) throw new Error('--untrusted needs the VS Code server: unset EXTERNAL_MCP_VSCODE.');
  const [cli = executable] = resolveCliArgsFromVSCodeExecutablePath(executable);
  await execa(cli, ['--install-extension', resolve(options.vsix), ...profile], { timeout: 120_000, stdio: 'inherit' });
  return [];
}
