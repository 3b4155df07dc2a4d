import { t } from '@vscode/l10n';
import { displayText } from '../../base/displayText.ts';
import { isStatelessRevision } from '../specification/revisions.ts';
import { VERSION_KEY } from '../specification/rpc.ts';
import type { CopiedRequest } from './copiedRequest.ts';
import { byteString, expression, fillIn, literal } from './javaScript.ts';
import { jsonExpression } from './jsonExpression.ts';
import type { Pieces, Placeholders } from './placeholders.ts';
import { prepare } from './prepare.ts';

const PACKAGE = '@modelcontextprotocol/client';
/** Headers that the SDK sets itself. */
const OWN_HEADERS = /^(?:accept|content-type|user-agent|last-event-id|mcp-.*)$/i;
/** The calls that the client has a method for. */
const METHODS: Readonly<Record<string, string>> = {
  'tools/call': 'callTool',
  'tools/list': 'listTools',
  'resources/list': 'listResources',
  'resources/templates/list': 'listResourceTemplates',
  'resources/read': 'readResource',
  'prompts/list': 'listPrompts',
  'prompts/get': 'getPrompt',
  'completion/complete': 'complete',
};
/** What the client has done once it is connected. */
const HANDSHAKE = new Set(['initialize', 'server/discover', 'notifications/initialized']);

/** What is repeated. */
export interface CopiedMessage {
  method: string;
  params: Record<string, unknown> | undefined;
  isNotification: boolean;
  /** A number in it that JavaScript sends with other digits. */
  changed?: string;
}

/** A TypeScript module for `@modelcontextprotocol/client` 2 that connects in the same way, repeats the call and writes its result as JSON. */
export function toSdk(request: CopiedRequest, message: CopiedMessage, placeholders: Placeholders): string {
  const { method, params } = message;
  // The library writes these itself; a progress token of an earlier connection means nothing.
  const { _meta: meta, ...own } = params ?? {};
  const transport = transportOf(request, placeholders);
  const call = callOf({ ...message, params: own }, placeholders);
  const version =
    typeof meta === 'object' && meta !== null ? new Map(Object.entries(meta)).get(VERSION_KEY) : undefined;
  const isStateless = method === 'server/discover' || isStatelessRevision(version);
  const era = isStateless ? `, { versionNegotiation: { mode: 'auto' } }` : '';
  const remark =
    message.changed === undefined ? '' : `// ${t('JavaScript sends {0} with other digits.', label(message.changed))}\n`;
  const heading = t('{0} of the server "{1}". Needs {2}.', label(method), label(request.server), `${PACKAGE} 2`);
  return [
    `// ${heading}\n${remark}${fillIn(placeholders.variables, t('Set these environment variables first:'))}${transport.imports}\n`,
    transport.statement,
    `const client = new Client({ name: 'copied-call', version: '1.0.0' }${era});`,
    'await client.connect(transport);',
    'try {',
    `  const result = ${call};`,
    '  console.log(JSON.stringify(result, null, 2));',
    '} finally {',
    '  await client.close();',
    '}\n',
  ].join('\n');
}

/** The statement that makes the transport, and where its class comes from. */
interface TransportCode {
  imports: string;
  statement: string;
}

function transportOf(request: CopiedRequest, placeholders: Placeholders): TransportCode {
  const { http, stdio, dialect } = request;
  if (http === undefined) {
    const { command = '', args = [] } = stdio ?? {};
    const name = expression(placeholders.string('command', command));
    const list = args.map((argument) => expression(placeholders.string('argument', argument))).join(', ');
    return {
      imports: `import { Client } from '${PACKAGE}';\nimport { StdioClientTransport } from '${PACKAGE}/stdio';`,
      statement: `const transport = new StdioClientTransport({ command: ${name}, args: [${list}] });`,
    };
  }
  const name = dialect?.transport === 'sse' ? 'SSEClientTransport' : 'StreamableHTTPClientTransport';
  // The body is not sent as it is: its secrets are asked for where they stand in the call.
  const { body: _, ...head } = http;
  const { url, headers } = prepare(head, placeholders);
  const connectsTo: Pieces = dialect?.url === undefined ? url : placeholders.target(dialect.url);
  const kept = headers.filter((header) => !OWN_HEADERS.test(header.name));
  const pairs = kept.map((header) => `[${literal(header.name)}, ${expression(byteString(header.value))}]`);
  const options = pairs.length === 0 ? '' : `, {\n  requestInit: { headers: [${pairs.join(', ')}] },\n}`;
  return {
    imports: `import { Client, ${name} } from '${PACKAGE}';`,
    statement: `const transport = new ${name}(new URL(${expression(connectsTo)})${options});`,
  };
}

function callOf({ method, params = {}, isNotification }: CopiedMessage, placeholders: Placeholders): string {
  if (HANDSHAKE.has(method))
    return '{ server: client.getServerVersion(), capabilities: client.getServerCapabilities() }';
  if (method === 'ping') return 'await client.ping()';
  const given = Object.keys(params).length === 0 ? '' : jsonExpression(params, placeholders, '  ');
  const known = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (known !== undefined) return `await client.${known}(${given})`;
  const request = `{ method: ${literal(method)}${given === '' ? '' : `, params: ${given}`} }`;
  if (isNotification) return `await client.notification(${request})`;
  // Of methods outside the specification the library wants to know how to check the result.
  const anything = `{ '~standard': { version: 1, vendor: 'any', validate: (value: unknown) => ({ value }) } }`;
  return `await client.request(${request}, ${anything})`;
}

/** Fit for a comment: one line of it. */
function label(text: string): string {
  return displayText(text, 100);
}
