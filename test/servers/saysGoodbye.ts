import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEchoServer } from './support/echoServer.ts';
import { listen } from './support/listen.ts';
import { sdk } from './support/sdk.ts';

// On SIGTERM it takes half a second for its affairs, writes the file that GOODBYE names, and ends.
process.on('SIGTERM', () => {
  void sleep(500).then(() => {
    writeFileSync(String(process.env['GOODBYE']), 'goodbye');
    process.exit();
  });
});
await listen(sdk(createEchoServer));
