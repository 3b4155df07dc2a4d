import { error, initialize, modern, notification, request, result } from '../wire.ts';
import type { Examples } from './example.ts';

const META = 'io.modelcontextprotocol/';
const complete = { resultType: 'complete' };
const echo = { name: 'echo' };
const called = { ...complete, content: [] };
const listen = { notifications: { toolsListChanged: true } };
const elicit = {
  method: 'elicitation/create',
  params: { message: 'Who?', requestedSchema: { type: 'object', properties: {} } },
};
const asks = (inputs: object): Record<string, unknown> => ({
  resultType: 'input_required',
  inputRequests: { a: inputs },
});
const elicits = { meta: { [`${META}clientCapabilities`]: { elicitation: {} } } };
const mirrored = (annotation: object): Record<string, unknown> => ({
  tools: [{ name: 'sql', inputSchema: { type: 'object', properties: { region: { type: 'string', ...annotation } } } }],
  ...complete,
});
const region = { name: 'sql', arguments: { region: 'eu ' } };
const told = (method: string, id: number | undefined, more: object = {}): object =>
  notification(method, { ...more, _meta: id === undefined ? {} : { [`${META}subscriptionId`]: id } });
const acknowledged = told('notifications/subscriptions/acknowledged', 1, listen);
const progress = notification('notifications/progress', { progressToken: 't', progress: 1 });
const state = { resultType: 'input_required', requestState: 'opaque' };

export const statelessExamples: Examples = {
  'stateless.metaVersion': {
    breaks: (wire) => wire.discover().ask(1, 'tools/list', {}, { meta: { [`${META}protocolVersion`]: undefined } }),
    keeps: (wire) => wire.discover().ask(1, 'tools/list', {}),
  },
  'stateless.metaCapabilities': {
    breaks: (wire) => wire.discover().ask(1, 'tools/list', {}, { meta: { [`${META}clientCapabilities`]: undefined } }),
    keeps: (wire) => wire.discover().ask(1, 'tools/list', {}),
  },
  'stateless.versionHeader': {
    breaks: (wire) => wire.discover().ask(1, 'tools/list', {}, { headers: { 'mcp-protocol-version': '2025-11-25' } }),
    keeps: (wire) => wire.discover().ask(1, 'tools/list', {}),
  },
  'stateless.methodHeader': {
    breaks: (wire) => wire.discover().ask(1, 'tools/list', {}, { headers: { 'mcp-method': undefined } }),
    keeps: (wire) => wire.discover().ask(1, 'tools/list', {}),
  },
  'stateless.nameHeader': {
    breaks: (wire) => wire.discover().ask(1, 'tools/call', echo, { headers: { 'mcp-name': 'other' } }),
    keeps: (wire) => wire.discover().ask(1, 'tools/call', echo, { headers: { 'mcp-name': '=?base64?ZWNobw==?=' } }),
  },
  'stateless.paramHeader': {
    breaks: (wire) =>
      wire
        .discover()
        .ask(1, 'tools/list', {})
        .json(result(1, mirrored({ 'x-mcp-header': 'Region' })))
        .ask(2, 'tools/call', region),
    keeps: (wire) =>
      wire
        .discover()
        .ask(1, 'tools/list', {})
        .json(result(1, mirrored({ 'x-mcp-header': 'Region' })))
        .ask(2, 'tools/call', region, { headers: { 'mcp-param-region': '=?base64?ZXUg?=' } })
        .ask(3, 'tools/call', { name: 'sql', arguments: {} }),
  },
  'stateless.removedMethod': {
    breaks: (wire) => wire.discover().ask(1, 'ping', {}),
    keeps: (wire) => wire.discover().ask(1, 'server/discover', {}),
  },
  'stateless.clientAnswer': {
    breaks: (wire) => wire.discover().post(result(1), { 'mcp-protocol-version': '2026-07-28' }),
    keeps: (wire) => wire.handshake().get().events(request(1, 'ping')).post(result(1)),
  },
  'stateless.onlyPost': {
    breaks: (wire) => wire.discover().get(),
    keeps: (wire) => wire.discover().get({}, '/health').json({ status: 'ok' }),
  },
  'stateless.sessionHeader': {
    breaks: (wire) => wire.discover().ask(1, 'tools/list', {}, { headers: { 'mcp-session-id': 's' } }),
    keeps: (wire) => wire.discover().ask(1, 'tools/list', {}),
  },
  'stateless.requestState': {
    breaks: (wire) =>
      wire
        .discover()
        .ask(1, 'tools/call', echo)
        .json(result(1, state))
        .ask(2, 'tools/call', { ...echo, requestState: 'other' }),
    keeps: (wire) =>
      wire
        .discover()
        .ask(1, 'tools/call', echo)
        .json(result(1, state))
        .ask(2, 'tools/call', { ...echo, requestState: 'opaque' }),
  },
  'stateless.retryId': {
    breaks: (wire) =>
      wire
        .discover()
        .ask(1, 'tools/call', echo)
        .json(result(1, state))
        .ask(1, 'tools/call', { ...echo, requestState: 'opaque' }),
    keeps: (wire) =>
      wire
        .discover()
        .ask(1, 'tools/call', echo)
        .json(result(1, state))
        .ask(2, 'tools/call', { ...echo, requestState: 'opaque' }),
  },
  'stateless.paramAnnotation': {
    breaks: (wire) =>
      wire
        .discover()
        .ask(1, 'tools/list', {})
        .json(result(1, mirrored({ 'x-mcp-header': 'a b' }))),
    keeps: (wire) =>
      wire
        .discover()
        .ask(1, 'tools/list', {})
        .json(result(1, mirrored({ 'x-mcp-header': 'a-b' }))),
  },
  'stateless.resultType': {
    breaks: (wire) =>
      wire
        .discover()
        .ask(1, 'tools/list', {})
        .json(result(1, { tools: [] })),
    keeps: (wire) =>
      wire
        .discover()
        .ask(1, 'tools/list', {})
        .json(result(1, { ...complete, tools: [] })),
  },
  'stateless.errorStatus': {
    breaks: (wire) => wire.discover().ask(1, 'vendor/x', {}).json(error(1, -32601), 200),
    keeps: (wire) =>
      wire
        .discover()
        .ask(1, 'vendor/x', {})
        .json(error(1, -32601), 404)
        .ask(2, 'tools/call', echo)
        .events(error(2, -32601)),
  },
  'stateless.supportedVersions': {
    breaks: (wire) => wire.discover().ask(1, 'tools/list', {}).json(error(1, -32022), 400),
    keeps: (wire) =>
      wire
        .discover()
        .ask(1, 'tools/list', {})
        .json(error(1, -32022, { data: { supported: ['2027-01-01'] } }), 400),
  },
  'stateless.requiredCapabilities': {
    breaks: (wire) => wire.discover().ask(1, 'tools/list', {}).json(error(1, -32021), 400),
    keeps: (wire) =>
      wire
        .discover()
        .ask(1, 'tools/list', {})
        .json(error(1, -32021, { data: { requiredCapabilities: { roots: {} } } }), 400),
  },
  'stateless.serverRequest': {
    breaks: (wire) => wire.discover().ask(1, 'tools/call', echo).events(request(1, 'roots/list')),
    keeps: (wire) => wire.discover().ask(1, 'tools/call', echo).events(result(1, called)),
  },
  'stateless.inputMethod': {
    breaks: (wire) =>
      wire
        .discover()
        .ask(1, 'tools/list', {}, elicits)
        .json(result(1, asks(elicit))),
    keeps: (wire) =>
      wire
        .discover()
        .ask(1, 'tools/call', echo, elicits)
        .json(result(1, asks(elicit))),
  },
  'stateless.inputEmpty': {
    breaks: (wire) =>
      wire
        .discover()
        .ask(1, 'tools/call', echo)
        .json(result(1, { resultType: 'input_required' })),
    keeps: (wire) => wire.discover().ask(1, 'tools/call', echo).json(result(1, state)),
  },
  'stateless.inputRequest': {
    breaks: (wire) =>
      wire
        .discover()
        .ask(1, 'tools/call', echo, elicits)
        .json(result(1, asks({ method: 'ping' }))),
    keeps: (wire) =>
      wire
        .discover()
        .ask(1, 'tools/call', echo, elicits)
        .json(result(1, asks(elicit))),
  },
  'stateless.inputCapability': {
    breaks: (wire) =>
      wire
        .discover()
        .ask(1, 'tools/call', echo)
        .json(result(1, asks(elicit))),
    keeps: (wire) =>
      wire
        .discover()
        .ask(1, 'tools/call', echo, elicits)
        .json(result(1, asks(elicit))),
  },
  'stateless.acknowledged': {
    breaks: (wire) =>
      wire.discover().ask(1, 'subscriptions/listen', listen).events(told('notifications/tools/list_changed', 1)),
    keeps: (wire) =>
      wire
        .discover()
        .ask(1, 'subscriptions/listen', listen)
        .events(acknowledged, told('notifications/tools/list_changed', 1)),
  },
  'stateless.subscriptionId': {
    breaks: (wire) =>
      wire
        .discover()
        .ask(1, 'subscriptions/listen', listen)
        .events(acknowledged, told('notifications/tools/list_changed', 2)),
    keeps: (wire) =>
      wire
        .discover()
        .ask(1, 'subscriptions/listen', listen)
        .events(acknowledged, told('notifications/tools/list_changed', 1)),
  },
  'stateless.unwanted': {
    breaks: (wire) =>
      wire
        .discover()
        .ask(1, 'subscriptions/listen', listen)
        .events(acknowledged, told('notifications/prompts/list_changed', 1)),
    keeps: (wire) =>
      wire
        .discover()
        .ask(1, 'subscriptions/listen', listen)
        .events(acknowledged, told('notifications/tools/list_changed', 1)),
  },
  'stateless.notificationPlace': {
    breaks: (wire) =>
      wire.discover().ask(1, 'tools/call', echo).events(told('notifications/tools/list_changed', undefined)),
    keeps: (wire) =>
      wire
        .discover()
        .ask(1, 'tools/call', echo, { meta: { progressToken: 't' } })
        .events(progress, result(1, called)),
  },
  'stateless.logLevel': {
    breaks: (wire) => wire.discover().ask(1, 'tools/call', echo).events(logged),
    keeps: (wire) =>
      wire
        .discover()
        .ask(1, 'tools/call', echo, { meta: { [`${META}logLevel`]: 'info' } })
        .events(logged, result(1, called)),
  },
  'stateless.newSession': {
    breaks: (wire) =>
      wire
        .discover()
        .ask(1, 'tools/list', {})
        .head(200, { 'content-type': 'text/event-stream', 'mcp-session-id': 's' }),
    keeps: (wire) =>
      wire
        .post(initialize())
        .json(error(0, -32601), 404)
        .discover()
        .post(modern(1, 'tools/list', {}), headers),
  },
};

const logged = notification('notifications/message', { level: 'info', data: 'x' });
const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' };
