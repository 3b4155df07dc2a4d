import { createInterface } from 'node:readline';

// @horizondatawave/mcp 0.3.0 as it looks from outside: over its pipes, with its own idea of capabilities.
if (process.env['HDW_ACCESS_TOKEN'] === undefined) {
  console.error('Error: HDW_ACCESS_TOKEN environment variable is required');
  process.exit(1);
}

const text = { type: 'string' };
const tools = [
  tool('search_linkedin_users', { keywords: text, count: { type: 'number' } }, ['count']),
  tool('get_linkedin_profile', { user: text, with_experience: { type: 'boolean' }, with_skills: { type: 'boolean' } }, [
    'user',
  ]),
  tool('get_linkedin_google_company', { keywords: { type: 'array', items: text } }, ['keywords']),
  tool('get_linkedin_company', { company: text, timeout: { type: 'number' } }, ['company']),
];

function tool(name: string, properties: object, required: readonly string[]) {
  return { name, description: name, inputSchema: { type: 'object', properties, required } };
}

function call(name: unknown, args: Readonly<Record<string, unknown>>): object {
  const who = name === 'get_linkedin_profile' ? args['user'] : args['company'];
  if (typeof who === 'string' && who.startsWith('status-'))
    return failed(`LinkedIn API error: API error: ${who.slice(7)} Refused`);
  if (who === 'offline') return failed('LinkedIn API error: fetch failed');
  if (who === 'empty') return said([]);
  return said([{ '@type': 'LinkedinUser', name: 'Ada Lovelace', alias: who, arguments: args }]);
}

function said(value: unknown): object {
  return { content: [{ type: 'text', mimeType: 'application/json', text: JSON.stringify(value, null, 2) }] };
}

function failed(message: string): object {
  return { content: [{ type: 'text', mimeType: 'text/plain', text: message }], isError: true };
}

function answer(method: unknown, params: Readonly<Record<string, unknown>>): object {
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: '2024-11-05',
        capabilities: {
          resources: { supportedTypes: ['application/json', 'text/plain'] },
          tools: { linkedin: { description: 'LinkedIn data access functionality' } },
        },
        serverInfo: { name: 'hdw-mcp', version: '0.1.0' },
      };
    case 'tools/list':
      return { tools };
    case 'tools/call':
      return call(params['name'], params['arguments'] as Record<string, unknown>);
    default:
      return {};
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  // The tests are the only clients, and what they send is JSON-RPC.
  const { id, method, params = {} } = JSON.parse(line) as Record<string, Record<string, unknown> | undefined>;
  if (params['arguments']?.['user' as never] === 'rpc-error') {
    console.log(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32603, message: 'Internal error' } }));
    continue;
  }
  if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, result: answer(method, params) }));
}
