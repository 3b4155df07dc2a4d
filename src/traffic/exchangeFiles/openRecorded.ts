import { t } from '@vscode/l10n';
import type { Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { ExternalMcpError, messageOf } from '../../base/errors.ts';
import { HEADER } from './format.ts';

/** Bytes of the first line. */
const MAX_HEADER_BYTES = 64 * 1024;

/** Opens a file and reads its header. Throws `config` when it cannot be read or is no recorded traffic. */
export async function openRecorded(path: string): Promise<{ handle: FileHandle; stats: Stats }> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    const stats = await handle.stat();
    checkHeader(await readHeader(handle), basename(path));
    return { handle, stats };
  } catch (error) {
    await handle?.close();
    if (error instanceof ExternalMcpError) throw error;
    throw configError(t('“{0}” cannot be read: {1}', basename(path), messageOf(error)), error);
  }
}

export function configError(message: string, cause?: unknown): ExternalMcpError {
  return new ExternalMcpError('config', message, cause === undefined ? {} : { cause });
}

async function readHeader(handle: FileHandle): Promise<unknown> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_HEADER_BYTES), 0, MAX_HEADER_BYTES, 0);
  const [line = ''] = buffer.toString('utf8', 0, bytesRead).split('\n', 1);
  try {
    // An editor may have put a byte order mark before it.
    return JSON.parse(line.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

function checkHeader(header: unknown, name: string): void {
  const isOurs = typeof header === 'object' && header !== null && 'format' in header && header.format === HEADER.format;
  if (!isOurs) {
    throw configError(t('“{0}” is not recorded traffic. Choose a file that was exported or recorded here.', name));
  }
  if (!('version' in header) || header.version !== HEADER.version) {
    throw configError(t('“{0}” was written by a newer version. Update the extension to open it.', name));
  }
}
