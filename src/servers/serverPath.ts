import { access, constants, readFile, stat } from 'node:fs/promises';
import { delimiter, extname, join } from 'node:path';
import { t } from '@vscode/l10n';
import * as z from 'zod/mini';
import { configError } from './definition.ts';

/** How to run a script or package. */
export interface Program {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
}

const packageSchema = z.looseObject({
  bin: z.optional(z.union([z.string(), z.record(z.string(), z.string())])),
  main: z.optional(z.string()),
});

/** What `serverPath` means: a Node or Python script, a package's folder, or an executable. Throws `config`. */
export async function resolveServerPath(server: string, path: string, hostEnv: NodeJS.ProcessEnv): Promise<Program> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw configError(server, t('"serverPath": there is nothing at {0}', path));
  return runFile(found.isDirectory() ? await entryOf(server, path) : path, hostEnv);
}

async function runFile(path: string, hostEnv: NodeJS.ProcessEnv): Promise<Program> {
  switch (extname(path)) {
    case '.js':
    case '.mjs':
    case '.cjs':
    case '.ts':
      return runNode(path, hostEnv);
    case '.py':
      return { command: process.platform === 'win32' ? 'python' : 'python3', args: [path], env: {} };
    default:
      return { command: path, args: [], env: {} };
  }
}

/** The `node` of the PATH; where there is none, the editor's own, which needs a variable to behave as Node. */
async function runNode(script: string, hostEnv: NodeJS.ProcessEnv): Promise<Program> {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  for (const folder of (hostEnv['PATH'] ?? '').split(delimiter)) {
    const candidate = join(folder, name);
    const usable =
      folder !== '' &&
      (await access(candidate, constants.X_OK).then(
        () => true,
        () => false,
      ));
    if (usable) return { command: candidate, args: [script], env: {} };
  }
  return { command: process.execPath, args: [script], env: { ELECTRON_RUN_AS_NODE: '1' } };
}

/** The file that a package starts with. */
async function entryOf(server: string, folder: string): Promise<string> {
  const { bin, main } = (await readManifest(folder)) ?? {};
  const named = typeof bin === 'string' ? bin : (Object.values(bin ?? {})[0] ?? main);
  if (named === undefined) {
    throw configError(server, t('"serverPath": {0} has no package.json with "bin" or "main"', folder));
  }
  const entry = join(folder, named);
  const found = await stat(entry).catch(() => undefined);
  if (found?.isFile() === true) return entry;
  throw configError(server, t('"serverPath": {0}, named by its package.json, is not a file', entry));
}

async function readManifest(folder: string): Promise<z.infer<typeof packageSchema> | undefined> {
  try {
    return packageSchema.safeParse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))).data;
  } catch {
    // Missing or not JSON: there is no entry to be found in it.
    return undefined;
  }
}
