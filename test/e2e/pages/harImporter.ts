import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { installFolder, unpackFromNpm } from '../../host/installFolder.ts';
import { cacheFolder } from '../../host/paths.ts';

/** Chromium's own package of the sources of its DevTools; the number is the position in Chromium's history. */
const frontend = 'chrome-devtools-frontend@1.0.1705227';

/** What Chromium's build generates, and what is only for Node. */
const generated: Plugin = {
  name: 'generated',
  setup(builder) {
    builder.onResolve({ filter: /^node:|\/locales\.js$/ }, ({ path }) => ({ path, namespace: 'generated' }));
    builder.onLoad({ filter: /./, namespace: 'generated' }, ({ path }) => ({
      contents: path.startsWith('node:')
        ? 'export {};'
        : `export const BUNDLED_LOCALES = [], LOCALES = ['en-US'], DEFAULT_LOCALE = 'en-US', LOCAL_FETCH_PATTERN = '', REMOTE_FETCH_PATTERN = '';`,
    }));
  },
};

/** Path of a module script that makes `HAR`, the part of Chromium's DevTools that reads HAR files, a global of a page. */
export async function ensureHarImporter(): Promise<string> {
  const folder = join(cacheFolder, frontend.replace('@', '-'));
  await installFolder(folder, "Chromium's HAR importer", async (staging) => {
    const sources = join(staging, 'package');
    const built = join(staging, 'built');
    await mkdir(sources);
    await mkdir(built);
    await unpackFromNpm(frontend, sources);
    const { outputFiles } = await build({
      stdin: {
        contents: `import * as HAR from './front_end/models/har/har.js'; globalThis.HAR = HAR;`,
        resolveDir: sources,
      },
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      write: false,
      plugins: [generated],
      logLevel: 'error',
    });
    await writeFile(join(built, 'importer.js'), outputFiles[0]?.text ?? '');
    return built;
  });
  return join(folder, 'importer.js');
}
