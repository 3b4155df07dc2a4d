import { constants } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, resolve } from 'node:path';

import { t } from '@vscode/l10n';

/** What was to be run. */
export interface Command {
  command: string;
  cwd: string;
  /** The child's environment: its PATH is the one that is searched. */
  env: Readonly<Record<string, string>>;
}

/** Folders of PATH named in a message; the rest is counted. */
const FOLDERS_NAMED = 8;

/**
 * Why a command could not be started and what to do, as the rest of the sentence "Server … could not be started: …".
 * The system says ENOENT for a missing command, a missing working directory and a missing interpreter alike, so look which it is.
 */
export async function explainSpawnError(error: unknown, { command, cwd, env }: Command): Promise<string> {
  const folderFault = await explainFolder(cwd);
  if (folderFault !== undefined) return folderFault;
  const { code, message } = systemError(error);
  if (code !== 'ENOENT' && code !== 'EACCES') return t('the system refused to run "{0}": {1}.', command, message);
  const found = await find(command, cwd, env);
  if (found === undefined) return explainMissing(command, cwd, env);
  if ((await stat(found)).isDirectory()) return t('"{0}" is a folder. Give the program inside it as "command".', found);
  if (!(await permits(found, constants.X_OK))) {
    return t(
      '"{0}" is not executable. Make it executable (chmod +x), or give the program that runs it as "command" and this file in "args".',
      found,
    );
  }
  const interpreter = await shebang(found);
  return interpreter === undefined
    ? t('the system refused to run "{0}": {1}.', found, message)
    : t(
        'the interpreter "{0}", named in the first line of "{1}", could not be run. Install it, or correct that line (Windows line endings break it too).',
        interpreter,
        found,
      );
}

async function explainFolder(cwd: string): Promise<string | undefined> {
  try {
    if (!(await stat(cwd)).isDirectory()) {
      return t('its working directory "{0}" is not a folder. Correct "cwd" in its definition.', cwd);
    }
  } catch (error) {
    if (systemError(error).code === 'ENOENT') {
      return t('its working directory "{0}" does not exist. Create it, or correct "cwd" in its definition.', cwd);
    }
    return t('its working directory "{0}" cannot be used: {1}.', cwd, systemError(error).message);
  }
  if (await permits(cwd, constants.X_OK)) return undefined;
  return t('its working directory "{0}" may not be entered. Change its permissions, or correct "cwd".', cwd);
}

function explainMissing(command: string, cwd: string, env: Command['env']): string {
  if (isPath(command)) {
    return t('there is no file "{0}". Correct "command" in its definition.', resolve(cwd, command));
  }
  if (/\s/.test(command)) {
    return t('the command "{0}" was not found. Give the program alone as "command" and the rest in "args".', command);
  }
  const folders = searched(env);
  if (folders.length === 0) return t('the command "{0}" was not found: PATH is empty. Give its full path.', command);
  const named = folders.slice(0, FOLDERS_NAMED).join(', ');
  const more = folders.length - FOLDERS_NAMED;
  return t(
    'the command "{0}" was not found. Install it, or give its full path as "command". Looked in PATH: {1}.',
    command,
    more > 0 ? t('{0} and {1} more', named, more) : named,
  );
}

/** The first file that the command may mean, executable ones before others; undefined where there is none. */
async function find(command: string, cwd: string, env: Command['env']): Promise<string | undefined> {
  const places = isPath(command) ? [command] : searched(env).map((folder) => resolve(cwd, folder, command));
  const files: string[] = [];
  for (const place of places.map((each) => resolve(cwd, each))) {
    if (await permits(place, constants.F_OK)) files.push(place);
  }
  for (const file of files) if (await permits(file, constants.X_OK)) return file;
  return files[0];
}

async function shebang(file: string): Promise<string | undefined> {
  try {
    await using handle = await open(file);
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(256) });
    return /^#!\s*([^\n]+?)\s*(?:\n|$)/.exec(buffer.toString('utf8', 0, bytesRead))?.[1];
  } catch {
    return undefined; // May be run and not read: then the system's own words have to do.
  }
}

function searched(env: Command['env']): string[] {
  const path = Object.entries(env).find(([name]) => name.toUpperCase() === 'PATH')?.[1] ?? '';
  return path.split(delimiter).filter((folder) => folder !== '');
}

function isPath(command: string): boolean {
  return isAbsolute(command) || command.includes('/') || (process.platform === 'win32' && command.includes('\\'));
}

async function permits(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

function systemError(error: unknown): { code: string | undefined; message: string } {
  if (!(error instanceof Error)) return { code: undefined, message: String(error) };
  return { code: (error as NodeJS.ErrnoException).code, message: error.message };
}

/** Whether the system was short of something that comes back by itself: processes, memory, descriptors. */
export function isPassingShortage(error: unknown): boolean {
  return ['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE'].includes(systemError(error).code ?? '');
}
