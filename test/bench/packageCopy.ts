import { cp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { repositoryRoot } from '../host/paths.ts';
import { makeTemporaryFolder } from '../host/temporaryFolder.ts';
import { median, RUNS } from './row.ts';

/** What building and packaging needs; `node_modules` is linked. */
const SOURCES = [
  'src',
  'media',
  'l10n',
  'esbuild.mjs',
  'package.json',
  'package.nls.json',
  'tsconfig.json',
  '.vscodeignore',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
];

/** A copy of the working tree, built and packaged. */
export interface PackageCopy {
  /** Folder of the bundles. */
  dist: string;
  vsix: string;
  /** Median time of `node esbuild.mjs --production` without anything built before, in ms. */
  buildMs: number;
}

let made: Promise<PackageCopy> | undefined;

/** Builds and packages in a copy, once per process: whoever works in the repository meanwhile keeps their `dist`. */
export function packageCopy(): Promise<PackageCopy> {
  made ??= make();
  return made;
}

async function make(): Promise<PackageCopy> {
  // Removed when this process exits.
  const { path: cwd } = await makeTemporaryFolder('bench-build');
  for (const name of SOURCES) await cp(join(repositoryRoot, name), join(cwd, name), { recursive: true });
  await symlink(join(repositoryRoot, 'node_modules'), join(cwd, 'node_modules'), 'junction');
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const started = performance.now();
    // Removes what the run before has built.
    await execa(process.execPath, ['esbuild.mjs', '--production'], { cwd, timeout: 60_000 });
    times.push(performance.now() - started);
  }
  const vsix = join(cwd, 'external-mcp.vsix');
  await execa('vsce', ['package', '--no-dependencies', '--out', vsix], {
    cwd,
    preferLocal: true,
    localDir: repositoryRoot,
    timeout: 60_000,
  });
  return { dist: join(cwd, 'dist'), vsix, buildMs: median(times) };
}
