import type { RequestListener } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import {
  type CreateMcpHandlerOptions,
  createMcpHandler,
  type McpHttpHandler,
  McpServer,
  type McpServerFactory,
} from '@modelcontextprotocol/server';
import * as z from 'zod';

/** A server of the SDK's second version; by default it speaks the stateless era and, without sessions, the older ones. */
export function sdkV2(
  create: McpServerFactory = createEchoServer,
  options: CreateMcpHandlerOptions = {},
): { handler: RequestListener; mcp: McpHttpHandler } {
  const mcp = createMcpHandler(create, options);
  const serve = toNodeHandler(mcp);
  // Its type for requests was written without `exactOptionalPropertyTypes`, and asks for nothing that they lack.
  return { mcp, handler: (request, response) => void serve(request as Parameters<typeof serve>[0], response) };
}

/** An ordinary server with one tool. */
export function createEchoServer(): McpServer {
  const server = new McpServer({ name: 'echo', version: '2.0.0' });
  server.registerTool(
    'echo',
    { description: 'Gives the message back.', inputSchema: z.object({ message: z.string() }) },
    ({ message }) => ({ content: [{ type: 'text', text: message }] }),
  );
  return server;
}
