// Usage: node test/host/bootstrap.mjs SCRIPT.ts [ARGUMENTS]
// Runs a TypeScript program of this repository on a fresh clone: installs what package-lock.json names where node_modules
// is missing or out of date, then starts the program with the Node from there. Plain JavaScript for Node 20 and later,
// because nothing is installed when it begins.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const modules = join(root, 'node_modules');
const installedLock = join(modules, '.package-lock.json');
const windows = process.platform === 'win32';

/** npm writes its own lockfile into node_modules when everything is there; packages for other platforms are left out of it. */
function isInstalled() {
  try {
    const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    const installed = JSON.parse(readFileSync(installedLock, 'utf8')).packages;
    return Object.entries(wanted).every(
      ([path, { version, optional }]) =>
        path === '' || (path in installed ? installed[path].version === version : optional),
    );
  } catch {
    return false;
  }
}

/** Runs a program to its end, passing signals on, and returns its exit code. */
async function run(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  const forward = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, forward);
  const [code, signal] = await once(child, 'exit');
  for (const name of ['SIGINT', 'SIGTERM']) process.off(name, forward);
  return code ?? 128 + constants.signals[signal];
}

/**
 * Starts from nothing, so that what an interrupted installation left does no harm. Not `npm ci`: it refuses a lockfile that
 * lacks optional packages of other platforms, which npm leaves out where a registry does not have them.
 */
async function install() {
  console.error('Installing what package-lock.json names (npm install) …');
  rmSync(modules, { recursive: true, force: true });
  const flags = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const code = await run('npm', ['install', ...flags], { cwd: root, shell: windows });
  if (code === 0) return;
  console.error(
    `npm install failed with code ${code}; its messages are above. Once the npm registry can be reached, run this again.`,
  );
  process.exit(code);
}

const [script, ...args] = process.argv.slice(2);
if (!script) {
  console.error('Usage: node test/host/bootstrap.mjs SCRIPT.ts [ARGUMENTS]');
  process.exit(2);
}
if (!isInstalled()) await install();
const node = join(modules, 'node', 'bin', windows ? 'node.exe' : 'node');
const PATH = `${join(modules, '.bin')}${delimiter}${process.env.PATH}`;
process.exitCode = await run(node, [script, ...args], { env: { ...process.env, PATH } });
