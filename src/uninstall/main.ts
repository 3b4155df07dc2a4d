// What VS Code runs with Node, without its API, at its first start after the extension was uninstalled (`vscode:uninstall` in
// package.json), while the extension's files are still there. An update is no uninstall. VS Code gives it 5 s, then removes the storage of
// its default profile itself, so what counts here is that servers are ended before the record of them is gone.
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';

import { systemClock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { clearStorage } from './clearStorage.ts';
import { storageFolders } from './storageFolders.ts';

/** VS Code writes this to its own log. */
const log = { debug: console.log, info: console.log, warn: console.error, error: console.error };

async function main(script: string): Promise<void> {
  // `dist/uninstall.cjs` in the extension's folder.
  const extension = dirname(dirname(resolve(script)));
  for (const folder of storageFolders(extension, { platform: process.platform, env: process.env, home: homedir() })) {
    try {
      await clearStorage(folder, { log, clock: systemClock });
    } catch (error) {
      console.error(`${folder}: ${messageOf(error)}`);
      process.exitCode = 1;
    }
  }
}

void main(process.argv[1] ?? '');
