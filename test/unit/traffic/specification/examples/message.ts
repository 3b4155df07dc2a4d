import { error, initialize, modern, notification, request, result, rpc } from '../wire.ts';
import type { Examples } from './example.ts';

const ping = request(1, 'ping');
const call = request(1, 'tools/call', { name: 'echo' });

export const messageExamples: Examples = {
  'mcp.shape': {
    breaks: (wire) =>
      wire
        .pipes()
        .write(call)
        .read(result(1, { content: [{ type: 'text', text: 5 }] })),
    keeps: (wire) =>
      wire
        .pipes()
        .write(call)
        .read(result(1, { content: [{ type: 'text', text: '5', extra: true }] })),
  },
  'mcp.nullId': {
    breaks: (wire) => wire.pipes().read(request(null, 'ping')),
    keeps: (wire) => wire.pipes().read(request(0, 'ping')),
  },
  'mcp.integerId': {
    breaks: (wire) => wire.pipes().read(request(1.5, 'ping')),
    keeps: (wire) => wire.pipes().read(request('1.5', 'ping')),
  },
  'mcp.idReused': {
    breaks: (wire) => wire.pipes().write(ping).read(result(1)).write(ping),
    // Each side counts for itself, and what was redirected is sent once more.
    keeps: (wire) =>
      wire.handshake().post(ping).head(307, { location: '/mcp/' }).post(ping).json(result(1)).get().events(ping),
  },
  'mcp.idInUse': {
    breaks: (wire) => wire.write(modern(1, 'tools/list', {})).write(modern(1, 'prompts/list', {})),
    keeps: (wire) =>
      wire
        .write(modern(1, 'tools/list', {}))
        .read(result(1, { resultType: 'complete', tools: [] }))
        .write(modern(1, 'prompts/list', {})),
  },
  'mcp.notificationId': {
    breaks: (wire) => wire.pipes().read(request(1, 'notifications/tools/list_changed')),
    keeps: (wire) => wire.pipes().read(notification('notifications/tools/list_changed')),
  },
  'mcp.missingId': {
    breaks: (wire) => wire.pipes().read(notification('ping')),
    keeps: (wire) => wire.pipes().read(notification('vendor/ping')),
  },
  'mcp.params': {
    breaks: (wire) => wire.pipes().write(rpc({ id: 1, method: 'vendor/add', params: [1, 2] })),
    keeps: (wire) => wire.pipes().write(rpc({ id: 1, method: 'vendor/add', params: { a: 1 } })),
  },
  'mcp.result': {
    breaks: (wire) =>
      wire
        .pipes()
        .write(ping)
        .read(rpc({ id: 1, result: 'pong' })),
    keeps: (wire) =>
      wire
        .pipes()
        .write(ping)
        .read(result(1, { pong: true })),
  },
  'mcp.metaKey': {
    breaks: (wire) => wire.pipes().write(request(1, 'ping', { _meta: { '-mine': 1 } })),
    keeps: (wire) => wire.pipes().write(request(1, 'ping', { _meta: { 'org.example-1/my_name.2': 1, '': 1 } })),
  },
  'mcp.batch': {
    breaks: (wire) => wire.pipes({ version: '2025-06-18' }).write([ping]),
    keeps: (wire) =>
      wire
        .pipes({ version: '2025-03-26' })
        .write([ping, request(2, 'ping')])
        .read([result(1), result(2)]),
  },
  'mcp.utf8': {
    breaks: (wire) => wire.pipes().read(Buffer.from('{"jsonrpc":"2.0","method":"vendor/\xe4"}\n', 'latin1')),
    keeps: (wire) => wire.pipes().read(Buffer.from('{"jsonrpc":"2.0","method":"vendor/ä"}\n')),
  },
  'mcp.errorCode': {
    breaks: (wire) => wire.discover().ask(1, 'resources/read', { uri: 'a:b' }).json(error(1, -32002), 400),
    keeps: (wire) => wire.discover().ask(1, 'resources/read', { uri: 'a:b' }).json(error(1, -32602), 400),
  },
  'lifecycle.initializeFirst': {
    breaks: (wire) => wire.write(request(1, 'tools/list')),
    keeps: (wire) => wire.write(request(1, 'ping')).pipes().write(request(2, 'tools/list')),
  },
  'lifecycle.initialized': {
    breaks: (wire) => {
      wire.pipes().records.pop();
      return wire.write(request(1, 'tools/list'));
    },
    keeps: (wire) => wire.pipes().write(request(1, 'tools/list')),
  },
  'lifecycle.initializeCancelled': {
    breaks: (wire) => wire.write(initialize()).write(notification('notifications/cancelled', { requestId: 0 })),
    keeps: (wire) =>
      wire
        .pipes()
        .write(request(1, 'tools/list'))
        .write(notification('notifications/cancelled', { requestId: 1 })),
  },
  'lifecycle.initializeInBatch': {
    breaks: (wire) => wire.write([initialize('2025-03-26')]),
    keeps: (wire) => wire.write(initialize('2025-03-26')),
  },
  'lifecycle.initializeWithSession': {
    breaks: (wire) => wire.handshake().post(initialize()),
    keeps: (wire) => wire.handshake().post(initialize(), { 'mcp-session-id': undefined }),
  },
  'lifecycle.versionChoice': {
    breaks: (wire) => wire.pipes({ version: '1.0' }),
    keeps: (wire) => wire.pipes({ version: '2024-11-05' }),
  },
};
