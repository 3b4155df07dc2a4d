import { parseArgs } from 'node:util';

/** The port to listen on: `--port`, else the variable `PORT`, else 0, which means any free one. Throws with a sentence for people. */
export function chosenPort(args: string[], env: NodeJS.ProcessEnv): number {
  const { values } = parseArgs({ args, options: { port: { type: 'string' } } });
  const text = values.port ?? env['PORT'] ?? '0';
  const port = Number(text);
  if (text.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`"${text}" is not a port: use a whole number from 0 to 65535`);
  }
  return port;
}
