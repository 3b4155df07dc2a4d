import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { HostInstallation } from './installHost.ts';
import { endGroup, signalGroup } from './processGroup.ts';
import { ServerLog } from './serverLog.ts';
import { makeTemporaryFolder } from './temporaryFolder.ts';
import type { TemporaryFolder } from './temporaryFolder.ts';

const installTimeout = 60_000;

/** How to start VS Code. Folders that are not given are temporary and removed on close. */
export type ServerOptions = {
  readonly host: HostInstallation;
  /** Whether Workspace Trust is in force. Default: no, every folder is trusted. */
  readonly trust?: boolean;
  /** The user's settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly userDataDir?: string | undefined;
  readonly extensionsDir?: string | undefined;
  /** An extension to install before the start. */
  readonly vsix?: string | undefined;
};

/** A running VS Code server. */
export type VscodeServer = {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** VS Code's log and user data are below it. */
  readonly serverDataDir: string;
  /** Resolves when the extension hosts of closed windows have ended, after at most `timeout` milliseconds. */
  extensionHostsEnded(timeout?: number): Promise<void>;
  /** Ends its whole process group and removes its temporary folders. */
  close(): Promise<void>;
};

/** Starts VS Code's server on a free port of 127.0.0.1 and waits until it listens. */
export async function startVscodeServer(options: ServerOptions): Promise<VscodeServer> {
  const temporary = await makeTemporaryFolder('server');
  try {
    return await startIn(temporary, options);
  } catch (error) {
    await temporary.remove();
    throw error;
  }
}

async function startIn(temporary: TemporaryFolder, options: ServerOptions): Promise<VscodeServer> {
  const root = temporary.path;
  const userDataDir = options.userDataDir ?? join(root, 'data');
  const extensionsDir = options.extensionsDir ?? join(root, 'extensions');
  await Promise.all([mkdir(join(userDataDir, 'User'), { recursive: true }), mkdir(extensionsDir, { recursive: true })]);
  if (options.settings) await writeFile(join(userDataDir, 'User', 'settings.json'), JSON.stringify(options.settings));
  const folders = ['--server-data-dir', root, '--user-data-dir', userDataDir, '--extensions-dir', extensionsDir];
  if (options.vsix) await installExtension(options.host, folders, options.vsix);

  const flags = ['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--accept-server-license-terms'];
  // Without the test driver, a built VS Code ignores extensionDevelopmentPath and extensionTestsPath.
  flags.push('--disable-telemetry', '--enable-smoke-test-driver');
  if (!options.trust) flags.push('--disable-workspace-trust');
  const child = spawn(options.host.node, [options.host.serverMain, ...flags, ...folders], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Where VS Code puts its sockets, which it does not remove.
    env: { ...process.env, ...temporaryVariables(root) },
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`VS Code's server could not be started with ${options.host.node}`);
  const kill = (): boolean => signalGroup(pid, 'SIGKILL');
  process.prependOnceListener('exit', kill); // Before its folder is removed.
  const end = async (): Promise<void> => {
    await endGroup(pid);
    process.off('exit', kill);
  };

  const log = new ServerLog(child.stdout, child.stderr);
  try {
    const port = await log.listeningPort(child);
    return {
      url: `http://127.0.0.1:${port}`,
      port,
      pid,
      serverDataDir: root,
      extensionHostsEnded: (timeout = 8_000) => log.extensionHostsEnded(timeout),
      async close() {
        await end();
        await temporary.remove();
      },
    };
  } catch (cause) {
    await end();
    throw new Error(`VS Code's server did not start. It printed:\n${log.text()}`, { cause });
  }
}

/** VS Code leaves sockets and caches where these point. Linux alone: elsewhere the longer path is too long for a socket. */
function temporaryVariables(folder: string): Record<string, string> {
  return process.platform === 'linux' ? { TMPDIR: folder, XDG_RUNTIME_DIR: folder } : {};
}

async function installExtension(host: HostInstallation, folders: readonly string[], vsix: string): Promise<void> {
  if (!existsSync(vsix)) throw new Error(`${vsix} is missing. Run \`npm run package\` first.`);
  const args = [host.serverMain, ...folders, '--install-extension', vsix];
  const result = await execa(host.node, args, { timeout: installTimeout, all: true, reject: false });
  if (result.failed || !result.all.includes('was successfully installed'))
    throw new Error(`VS Code could not install ${vsix}:\n${result.all}`);
}
