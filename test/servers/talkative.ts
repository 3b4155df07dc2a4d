import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// An ordinary server that says a lot. SAYS is what:
//   forever  numbered lines on stdout, as fast as they are taken
//   long     one line of 10 MB on stderr, and one that is short
//   tricks   what makes a terminal change its colours, title and clipboard, on stderr, and no more: it ends with code 5
const { SAYS } = process.env;
if (SAYS === 'tricks') {
  process.stderr.write('\u001b[31mred\u001b[0m \u001b]52;c;ZXZpbA==\u0007\u001b]0;title\u001b\\words\n');
  process.exitCode = 5;
} else {
  await listen(mcp());
  if (SAYS === 'long') process.stderr.write(`${'x'.repeat(10 * 1024 * 1024)}\nthat was it\n`);
  else await sayForever();
}

async function sayForever(): Promise<never> {
  for (let next = 0; ;) {
    let lines = '';
    for (let i = 0; i < 5000; i += 1) lines += `line ${(next += 1)}\n`;
    if (!process.stdout.write(lines)) await new Promise((resolve) => process.stdout.once('drain', resolve));
    await new Promise(setImmediate);
  }
}
