import { completable, McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import * as z from 'zod';

/** What the server has; a test may change it. */
export interface Features {
  readonly tools: string[];
}

/** Resources, a template, prompts and completion, on the SDK's second version. */
export function createFeatureServer(features: Features = { tools: ['first'] }): McpServer {
  const server = new McpServer(
    { name: 'features', version: '1.0.0' },
    {
      capabilities: {
        logging: {},
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { listChanged: true, subscribe: true },
      },
    },
  );
  for (const name of features.tools) {
    server.registerTool(name, { inputSchema: z.object({}) }, () => ({ content: [{ type: 'text', text: name }] }));
  }
  server.registerResource('readme', 'test://readme', { mimeType: 'text/plain' }, (uri) => ({
    contents: [{ uri: uri.href, mimeType: 'text/plain', text: 'Read me.' }],
  }));
  server.registerResource('picture', 'test://picture', { mimeType: 'image/png' }, (uri) => ({
    contents: [{ uri: uri.href, mimeType: 'image/png', blob: 'AAEC' }],
  }));
  const template = new ResourceTemplate('test://users/{id}', {
    list: undefined,
    complete: { id: (value) => ['7', '77', '8'].filter((id) => id.startsWith(value)) },
  });
  server.registerResource('user', template, {}, (uri, { id }) => ({
    contents: [{ uri: uri.href, text: `User ${String(id)}` }],
  }));
  server.registerPrompt(
    'greet',
    {
      argsSchema: z.object({
        language: completable(z.string(), (value) =>
          ['English', 'Ewe', 'Deutsch'].filter((each) => each.startsWith(value)),
        ),
      }),
    },
    ({ language }) => ({ messages: [{ role: 'user', content: { type: 'text', text: `Greet in ${language}.` } }] }),
  );
  return server;
}
