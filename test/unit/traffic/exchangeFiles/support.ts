import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redactor } from '../../../../src/base/redact.ts';
import { FileLog } from '../../../../src/traffic/exchangeFiles/fileLog.ts';
import type { ExportOptions } from '../../../../src/traffic/exchangeFiles/exportOptions.ts';
import { exportJsonl } from '../../../../src/traffic/exchangeFiles/jsonl.ts';
import type { Segments } from '../../../../src/traffic/segments.ts';

/** A folder for the files of a suite, removed behind it, and what the tests opened in it. */
export class Files {
  readonly #folder = mkdtempSync(join(tmpdir(), 'mcptraffic-'));
  readonly #open: FileLog[] = [];
  #count = 0;

  path(name = `${(this.#count += 1)}.mcptraffic`): string {
    return join(this.#folder, name);
  }

  /** Writes a file of that text and gives its path. */
  write(text: string | Buffer): string {
    const path = this.path();
    writeFileSync(path, text);
    return path;
  }

  /** Opens a file without reading it. */
  async open(path: string, redactor = new Redactor()): Promise<FileLog> {
    const log = await FileLog.open(path, redactor);
    this.#open.push(log);
    return log;
  }

  /** Opens a file of that text and reads it to its end. */
  async read(text: string | Buffer, redactor?: Redactor): Promise<FileLog> {
    const log = await this.open(this.write(text), redactor);
    await log.read();
    return log;
  }

  dispose(): void {
    for (const log of this.#open) log.dispose();
    rmSync(this.#folder, { recursive: true, maxRetries: 5 });
  }
}

/** The whole of an export. */
export async function jsonlOf(log: Segments, options: Partial<ExportOptions> = {}): Promise<string> {
  let text = '';
  for await (const piece of exportJsonl(log, { redactor: new Redactor(), ...options })) text += piece;
  return text;
}

/** The lines of an export behind its header, as objects. */
export function entriesIn(text: string): Record<string, unknown>[] {
  const lines = text.split('\n').slice(1, -1);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
