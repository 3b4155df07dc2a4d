import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { build } from 'esbuild';
import { repositoryRoot } from '../host/paths.ts';

/**
 * Builds one of the extensions beside this file as its author would, and packs it. Returns the path of the VSIX.
 * @param folder an empty folder to do it in
 * @param edit changes its package.json, for another version
 */
export async function packExtension(
  name: 'extension' | 'hostile',
  folder: string,
  edit: (manifest: string) => string = (manifest) => manifest,
): Promise<string> {
  await cp(join(import.meta.dirname, name), folder, { recursive: true });
  const manifestPath = join(folder, 'package.json');
  await writeFile(manifestPath, edit(await readFile(manifestPath, 'utf8')));
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
  const packagePath = `${folder}.vsix`;
  await createVSIX({ cwd: folder, packagePath, dependencies: false, allowMissingRepository: true, skipLicense: true });
  return packagePath;
}
