import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { cacheFolder } from './paths.ts';
import { installDependencies, installFolder, unpackFromNpm } from './installFolder.ts';

/** code-server 4.139.1 carries VS Code 1.139.1: what the tests run on. */
const defaultHostVersion = '4.139.1';

/** An installed VS Code server. */
export type HostInstallation = { readonly version: string; readonly serverMain: string; readonly node: string };

/**
 * Installs VS Code's server from the npm registry on first use. Only `lib/vscode` of code-server is used, so the
 * dependencies of its outer package are left out; natives stay unbuilt, which costs the terminal and file logs alone.
 */
export async function ensureHost(version = defaultHostVersion): Promise<HostInstallation> {
  const folder = join(cacheFolder, `code-server-${version}`);
  const vscode = join(folder, 'lib', 'vscode');
  await installFolder(folder, `VS Code (code-server ${version})`, async (staging) => {
    await unpackFromNpm(`code-server@${version}`, staging);
    return staging;
  });
  await installFolder(join(vscode, 'node_modules'), `dependencies of code-server ${version}`, async (staging) => {
    await writeManifests(vscode, staging);
    await installDependencies(staging);
    return join(staging, 'node_modules');
  });
  return { version, serverMain: join(vscode, 'out', 'server-main.js'), node: await ensureNode(folder) };
}

const engineSchema = z.object({ engines: z.object({ node: z.string().regex(/^\d+$/) }) });

/** The Node that this VS Code was made for: on Node 24, the extension host of VS Code 1.105 hangs. */
async function ensureNode(codeServer: string): Promise<string> {
  const { engines } = engineSchema.parse(JSON.parse(await readFile(join(codeServer, 'package.json'), 'utf8')));
  if (process.versions.node.startsWith(`${engines.node}.`)) return process.execPath;
  const folder = join(cacheFolder, `node-${engines.node}`);
  await installFolder(folder, `Node ${engines.node}`, async (staging) => {
    await unpackFromNpm(`node-${process.platform}-${process.arch}@${engines.node}`, staging);
    return staging;
  });
  return join(folder, 'bin', 'node');
}

const dependencies = z.record(z.string(), z.string());
const manifestSchema = z.looseObject({ dependencies });
const lockSchema = z.looseObject({ packages: z.record(z.string(), z.looseObject({ version: z.string().optional() })) });

/**
 * Copies package.json and shrinkwrap, with dependencies on a commit at GitHub (VS Code 1.105 has one, @parcel/watcher)
 * replaced by the same version from the registry.
 */
async function writeManifests(from: string, to: string): Promise<void> {
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(from, 'package.json'), 'utf8')));
  const lock = lockSchema.parse(JSON.parse(await readFile(join(from, 'npm-shrinkwrap.json'), 'utf8')));
  for (const [name, specifier] of Object.entries(manifest.dependencies)) {
    const locked = lock.packages[`node_modules/${name}`];
    if (!specifier.includes('#') || !locked?.version) continue;
    manifest.dependencies[name] = locked.version;
    delete lock.packages[`node_modules/${name}`];
  }
  const root = lock.packages[''];
  if (root) root['dependencies'] = manifest.dependencies;
  await writeFile(join(to, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(to, 'npm-shrinkwrap.json'), JSON.stringify(lock));
}
