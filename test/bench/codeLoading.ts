import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { makeTemporaryFolder } from '../host/temporaryFolder.ts';

/** Stands in for the API while the extension's modules are run: every member is a class that does nothing. */
const API_STUB = `module.exports = new Proxy({}, { get: (_, name) => (name === '__esModule' ? undefined : class {}) });`;

const LOADER = `
const before = process.cpuUsage();
require(process.argv[2]);
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1000);
process.exit();`;

/**
 * CPU time, in ms, of loading the bundle in a fresh bare Node: what the host's code loading costs at the least, whatever else the
 * machine does meanwhile. A figure of the wall clock in a starting VS Code holds that of everything that starts along with it.
 */
export async function loadingCpuMs(bundle: string): Promise<number> {
  const temporary = await makeTemporaryFolder('bench-load');
  const { path } = temporary;
  try {
    await mkdir(join(path, 'vscode'));
    await writeFile(join(path, 'vscode', 'index.js'), API_STUB);
    await writeFile(join(path, 'loader.cjs'), LOADER);
    const env = { NODE_PATH: path };
    const { stdout } = await execa(process.execPath, [join(path, 'loader.cjs'), bundle], { env, timeout: 30_000 });
    return Number(stdout);
  } finally {
    await temporary.remove();
  }
}
