import { join, resolve } from 'node:path';

/** Absolute path of the repository. */
export const repositoryRoot = resolve(import.meta.dirname, '../..');

/** Git-ignored folder for what tests download and build. */
export const cacheFolder = join(repositoryRoot, '.vscode-test');

/** The packaged extension that `npm run package` writes. */
export const packagedExtension = join(repositoryRoot, 'external-mcp.vsix');

/** Git-ignored folder for screenshots. */
export const outFolder = join(repositoryRoot, 'out');
