import { everyClient, everything, notification, request, result } from '../wire.ts';
import type { Examples } from './example.ts';

const weather = {
  name: 'weather',
  inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  outputSchema: { type: 'object', properties: { celsius: { type: 'number' } }, required: ['celsius'] },
};
const listTools = request(1, 'tools/list');
const tools = result(1, { tools: [weather] });
const call = request(2, 'tools/call', { name: 'weather', arguments: { city: 'Bern' } });
const said = { content: [] };

const longCall = request(1, 'tools/call', { name: 'slow', _meta: { progressToken: 'p' } });
const progress = (progressed: number, token: unknown = 'p'): object =>
  notification('notifications/progress', { progressToken: token, progress: progressed });
const cancel = (id: number): object => notification('notifications/cancelled', { requestId: id });

export const operationExamples: Examples = {
  'capability.server': {
    breaks: (wire) => wire.pipes({ server: { tools: {} } }).write(request(1, 'resources/subscribe', { uri: 'a:b' })),
    keeps: (wire) => wire.pipes({ server: everything }).write(request(1, 'resources/subscribe', { uri: 'a:b' })),
  },
  'capability.notification': {
    breaks: (wire) => wire.pipes({ server: { tools: {} } }).read(notification('notifications/tools/list_changed')),
    keeps: (wire) => wire.pipes({ server: everything }).read(notification('notifications/tools/list_changed')),
  },
  'capability.client': {
    breaks: (wire) => wire.pipes({ client: {} }).read(request(1, 'roots/list')),
    keeps: (wire) =>
      wire
        .pipes({ client: everyClient })
        .read(request(1, 'roots/list'))
        .write(result(1, { roots: [] })),
  },
  'progress.token': {
    breaks: (wire) => wire.pipes().write(longCall).read(progress(1, 'q')),
    keeps: (wire) => wire.pipes().write(longCall).read(progress(1)),
  },
  'progress.increase': {
    breaks: (wire) => wire.pipes().write(longCall).read(progress(1)).read(progress(1)),
    keeps: (wire) => wire.pipes().write(longCall).read(progress(1)).read(progress(1.5)),
  },
  'progress.afterAnswer': {
    breaks: (wire) => wire.handshake().post(longCall).events(result(1, said), progress(1)),
    // On another stream it may have been overtaken.
    keeps: (wire) => wire.handshake().post(longCall).events(progress(1), result(1, said)).get().events(progress(2)),
  },
  'progress.tokenInUse': {
    breaks: (wire) =>
      wire
        .pipes()
        .write(longCall)
        .write({ ...longCall, id: 2 }),
    keeps: (wire) =>
      wire
        .pipes()
        .write(longCall)
        .read(result(1, said))
        .write({ ...longCall, id: 2 }),
  },
  'cancellation.unknown': {
    breaks: (wire) => wire.pipes().write(longCall).write(cancel(2)),
    keeps: (wire) => wire.pipes().write(longCall).write(cancel(1)),
  },
  'cancellation.byServer': {
    breaks: (wire) => wire.discover().ask(1, 'tools/call', { name: 'slow' }).events(cancel(1)),
    keeps: (wire) => wire.discover().ask(1, 'tools/call', { name: 'slow' }),
  },
  'tools.arguments': {
    breaks: (wire) =>
      wire
        .pipes()
        .write(listTools)
        .read(tools)
        .write(request(2, 'tools/call', { name: 'weather', arguments: { city: 7 } })),
    keeps: (wire) => wire.pipes().write(listTools).read(tools).write(call),
  },
  'tools.structuredContent': {
    breaks: (wire) =>
      wire
        .pipes()
        .write(listTools)
        .read(tools)
        .write(call)
        .read(result(2, { ...said, structuredContent: { celsius: '7' } })),
    keeps: (wire) =>
      wire
        .pipes()
        .write(listTools)
        .read(tools)
        .write(call)
        .read(result(2, { ...said, structuredContent: { celsius: 7 } })),
  },
  'tools.noStructuredContent': {
    breaks: (wire) => wire.pipes().write(listTools).read(tools).write(call).read(result(2, said)),
    keeps: (wire) =>
      wire
        .pipes()
        .write(listTools)
        .read(tools)
        .write(call)
        .read(result(2, { ...said, isError: true })),
  },
  'tools.content': {
    breaks: (wire) => wire.pipes().write(longCall).read(result(1)),
    keeps: (wire) => wire.pipes().write(longCall).read(result(1, said)),
  },
};
