// Starts `stubborn.ts` with its own pipes. `parentOf.ts leave`: exits as soon as that runs; otherwise stays.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const helper = spawn(process.execPath, [fileURLToPath(new URL('stubborn.ts', import.meta.url))], {
  stdio: ['ignore', 'inherit', 'pipe'],
});
helper.stderr.once('data', (pid: Buffer) => {
  process.stderr.write(pid, () => {
    if (process.argv[2] === 'leave') process.exit(3);
  });
});
