/**
 * The client that the official conformance suite examines: connects to the server whose URL is the last argument and uses whatever it
 * offers. The suite says in the environment which scenario runs and what a client has to know for it. How it ended is the last line of
 * the standard output: `done`, or the kind of the error.
 */
import { z } from 'zod';
import { systemClock } from '../../src/base/clock.ts';
import { ExternalMcpError } from '../../src/base/errors.ts';
import type { Log } from '../../src/base/log.ts';
import type { AuthorizationOptions } from '../../src/client/authorization/authorization.ts';
import { ExternalMcpClient } from '../../src/client/externalMcpClient.ts';
import { createAgent } from '../../src/wire/agent.ts';
import { watchListening } from './listening.ts';

const contextSchema = z.object({
  toolCalls: z.array(z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()) })).optional(),
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
  issuer: z.string().optional(),
});
type Context = z.infer<typeof contextSchema>;

/** What the suite expects of a client that takes metadata documents; it is never fetched. */
const clientMetadataUrl = 'https://conformance-test.local/client-metadata.json';
/** Arguments for tools that need some and of which the suite says nothing. */
const toolArguments: Readonly<Record<string, Readonly<Record<string, unknown>>>> = { add_numbers: { a: 5, b: 3 } };
/** Scenarios whose server lists tools and has none. */
const listedOnly: readonly string[] = ['json-schema-ref-no-deref'];

const scenario = process.env['MCP_CONFORMANCE_SCENARIO'] ?? '';
const context = contextSchema.parse(JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}'));
const url = new URL(process.argv.at(-1) ?? '');
const call = { origin: 'user' } as const;

const write = (line: string): void => console.error(line);
const log: Log = { debug: write, info: write, warn: write, error: write };

const agent = createAgent();
const listening = watchListening();
const client = new ExternalMcpClient({
  server: 'conformance',
  endpoint: { kind: 'http', url, headers: {} },
  agent,
  traffic: listening.traffic,
  clock: systemClock,
  log,
  mask: (text) => text,
  maxMessageBytes: 16 * 1024 * 1024,
  timeoutMs: 60_000,
  // As in the product: a connection that a busy machine resets is made again.
  maxRetries: 3,
  version: '0.0.0',
  handlers: { elicit: async () => ({ action: 'accept', content: {} }) },
  authorization: authorizationFor(context),
});
try {
  await client.connect(call);
  await useTools();
  if (scenario === 'http-standard-headers') await useResourcesAndPrompts();
  console.log('done');
} catch (error) {
  console.log(error instanceof ExternalMcpError ? error.kind : 'unexpected');
  console.error(error);
  process.exitCode = 1;
} finally {
  await client.close();
  await agent.close();
}

/** All at once, as nothing of one call may get into another. */
async function useTools(): Promise<void> {
  const tools = await client.listTools(call);
  if (listedOnly.includes(scenario)) return;
  await listening.answered();
  const calls =
    context.toolCalls ??
    tools
      .filter(({ problem }) => problem === undefined)
      .map(({ name }) => ({ name, arguments: toolArguments[name] ?? {} }));
  await Promise.all(calls.map((toolCall) => client.callTool(toolCall.name, toolCall.arguments, call)));
}

async function useResourcesAndPrompts(): Promise<void> {
  for (const { uri } of await client.listResources(call)) await client.readResource(uri, call);
  for (const { name } of await client.listPrompts(call)) await client.getPrompt(name, {}, call);
}

function authorizationFor({ client_id, client_secret, issuer }: Context): AuthorizationOptions {
  const kept = new Map<string, string>();
  return {
    store: {
      get: async (key) => kept.get(key),
      set: async (key, value) => void kept.set(key, value),
      delete: async (key) => void kept.delete(key),
    },
    browser: { redirectUrl: 'http://localhost:3000/callback', open: visit },
    clientMetadataUrl,
    ...(client_id === undefined
      ? {}
      : {
          client: {
            id: client_id,
            ...(client_secret === undefined ? {} : { secret: client_secret }),
            ...(issuer === undefined ? {} : { issuer }),
          },
        }),
  };
}

/** A browser whose person agrees to everything: the suite's sign-in pages redirect at once. */
async function visit(page: URL, signal: AbortSignal): Promise<URLSearchParams> {
  const response = await fetch(page, { redirect: 'manual', signal });
  await response.body?.cancel();
  const location = response.headers.get('location');
  if (location === null) throw new Error(`the sign-in page answered ${response.status}`);
  return new URL(location).searchParams;
}
