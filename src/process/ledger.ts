import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { t } from '@vscode/l10n';
import * as z from 'zod/mini';

import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { ledgerFile } from './ledgerFiles.ts';

const runSchema = z.object({
  /** Number of the server and of the run, as in the marker: "0.4". */
  id: z.string(),
  /** Of the leader, and so of the group. Absent: about to be spawned. */
  pid: z.optional(z.int().check(z.gte(2))),
  /** When the leader started (`identify`). */
  started: z.optional(z.string()),
});

const ledgerSchema = z.object({
  /** The boot of the machine in which all these ids mean anything. */
  boot: z.string(),
  /** What the environment of every process of this host begins with. */
  marker: z.uuid(),
  host: z.object({ pid: z.int(), started: z.string() }),
  /** Those that are not known to be gone. */
  runs: z.array(runSchema),
  /** What was seen to run in the groups of each server, by the server's number. */
  executables: z.record(z.string(), z.array(z.string())),
});

/** One process of a server in the ledger. */
export type LedgerRun = z.infer<typeof runSchema>;

/** What one extension host has started, for the case that neither it nor its reaper lives to end that. */
export type LedgerContent = z.infer<typeof ledgerSchema>;

/** Throws when the text is not a ledger. */
export function parseLedger(text: string): LedgerContent {
  return ledgerSchema.parse(JSON.parse(text));
}

/** Where a ledger is written before it takes the place of the last one. */
export function draftOf(file: string): string {
  return `${file}.tmp`;
}

/** The file of one extension host. Never rejects: a server is worth more than the record of it. */
export class Ledger {
  readonly #folder: string;
  readonly #file: string;
  readonly #log: Log;
  #next: LedgerContent | undefined;
  #writing: Promise<void> | undefined;
  #hasWarned = false;
  #isRemoved = false;

  constructor(folder: string, marker: string, log: Log) {
    this.#folder = folder;
    this.#file = join(folder, ledgerFile(marker));
    this.#log = log;
  }

  /** Replaces the file, whole or not at all; resolves when this or something newer is in it. */
  save(content: LedgerContent): Promise<void> {
    if (this.#isRemoved) return Promise.resolve();
    this.#next = content;
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
    return this.#writing;
  }

  /** For good: what is saved later is dropped. */
  async remove(): Promise<void> {
    this.#isRemoved = true;
    this.#next = undefined;
    await this.#writing;
    await this.#attempt(() => rm(this.#file, { force: true }));
  }

  async #write(): Promise<void> {
    await this.#attempt(async () => {
      // VS Code names the folder and leaves its making to the extension.
      await mkdir(this.#folder, { recursive: true });
      while (this.#next !== undefined) {
        const text = JSON.stringify(this.#next);
        this.#next = undefined;
        // Not flushed to the disk: after a crash of the machine there is nothing left to end.
        await writeFile(draftOf(this.#file), text);
        await rename(draftOf(this.#file), this.#file);
      }
    });
  }

  async #attempt(change: () => Promise<unknown>): Promise<void> {
    try {
      await change();
    } catch (error) {
      if (this.#hasWarned) return;
      this.#hasWarned = true;
      this.#log.warn(t('The record of running servers could not be kept: {0}.', messageOf(error)));
    }
  }
}
