import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
// The namespace import lets esbuild drop what is unused: `import { z }` adds 350 kB of translations to the bundle.
import * as z from 'zod';

/** Adds `echo`: gives the message back. */
export function addEcho(server: McpServer): void {
  server.registerTool(
    'echo',
    {
      title: 'Echo',
      description: 'Gives the message back unchanged. The quickest way to see one call and its traffic.',
      inputSchema: { message: z.string().describe('What to give back') },
      annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    },
    ({ message }) => ({ content: [{ type: 'text', text: message }] }),
  );
}

/** Adds `add`: the sum of two numbers, as text and as structured content under an output schema. */
export function addAdd(server: McpServer): void {
  server.registerTool(
    'add',
    {
      title: 'Add two numbers',
      description: 'Adds two numbers. The sum comes as text and as structured content that follows the output schema.',
      inputSchema: { a: z.number().describe('First number'), b: z.number().describe('Second number') },
      outputSchema: { sum: z.number().describe('a + b') },
      annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    },
    ({ a, b }) => {
      const sum = a + b;
      return { content: [{ type: 'text', text: `${a} + ${b} = ${sum}` }], structuredContent: { sum } };
    },
  );
}

/** Adds `fail`: a call that works on the wire and whose result says `isError`. */
export function addFail(server: McpServer): void {
  server.registerTool(
    'fail',
    {
      title: 'Fail',
      description: 'Answers with isError and the message: how a tool reports that it could not do its work.',
      inputSchema: { message: z.string().default('This tool always fails.').describe('What the failure says') },
      annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    },
    ({ message }) => ({ content: [{ type: 'text', text: message }], isError: true }),
  );
}

/** Adds `crash`: the process ends with code 1 and the call is never answered. */
export function addCrash(server: McpServer): void {
  server.registerTool(
    'crash',
    {
      title: 'Crash the server',
      description: 'Ends the server process with exit code 1 before it answers. Shows what a crash looks like.',
      inputSchema: {},
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
    },
    () =>
      // Never settles, so no answer can overtake the exit; the exit waits for the line, which a pipe on Windows takes its time over.
      new Promise<never>(() => {
        process.stderr.write('crash: ending with exit code 1, as asked\n', () => process.exit(1));
      }),
  );
}
