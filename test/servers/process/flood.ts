// Prints numbered lines as fast as they are taken, for ever.
let next = 0;
for (;;) {
  let lines = '';
  for (let i = 0; i < 5000; i += 1) lines += `line ${(next += 1)}\n`;
  if (!process.stdout.write(lines)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}
