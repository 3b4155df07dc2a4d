import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { build } from 'esbuild';
import { repositoryRoot } from '../host/paths.ts';

const source = join(import.meta.dirname, 'extension');

/**
 * Builds the sample plugin as its author would, and packs it. Returns the path of the VSIX.
 * @param folder an empty folder to do it in
 * @param version a later one calls its action “Throw Dice”
 */
export async function packSamplePlugin(folder: string, version: string): Promise<string> {
  await cp(source, folder, { recursive: true });
  const manifestPath = join(folder, 'package.json');
  const manifest = await readFile(manifestPath, 'utf8');
  const title = version === '1.0.0' ? 'Roll Dice' : 'Throw Dice';
  await writeFile(
    manifestPath,
    manifest.replace('"version": "1.0.0"', `"version": "${version}"`).replace('Roll Dice', title),
  );
  await build({
    entryPoints: [join(folder, 'extension.ts')],
    outfile: join(folder, 'dist', 'extension.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode'],
    absWorkingDir: repositoryRoot,
    logLevel: 'warning',
  });
  await writeFile(join(folder, '.vscodeignore'), '*.ts\n');
  const packagePath = join(folder, `dice-${version}.vsix`);
  await createVSIX({ cwd: folder, packagePath, dependencies: false, allowMissingRepository: true, skipLicense: true });
  return packagePath;
}
