import { globSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { cacheFolder, repositoryRoot } from './paths.ts';

const suiteFolder = join(import.meta.dirname, 'suite');

/** Bundles `suite/**\/*.test.ts` into one module whose `run()` runs them with mocha; returns its path. */
export async function bundleSuite(): Promise<string> {
  const tests = globSync('**/*.test.ts', { cwd: suiteFolder }).sort();
  // Imported when run() is called, because describe() is not there before.
  const imports = tests.map((file) => `() => import(${JSON.stringify(`./${file}`)})`);
  const contents = `import { runSuite } from './index.ts'; export const run = () => runSuite([${imports.join(', ')}]);`;
  const outfile = join(cacheFolder, 'suite', 'bundle.cjs');
  await build({
    stdin: { contents, resolveDir: suiteFolder, sourcefile: 'entry.ts', loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode'],
    absWorkingDir: repositoryRoot,
    logLevel: 'warning',
    logOverride: { 'require-resolve-not-external': 'silent' }, // mocha's parallel mode, which is not used.
  });
  return outfile;
}
