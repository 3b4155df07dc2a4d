import { initialize, notification, request, result } from '../wire.ts';
import type { Examples } from './example.ts';

const ping = request(1, 'ping');
const again = request(2, 'ping');
const changed = notification('notifications/roots/list_changed');

export const httpExamples: Examples = {
  'http.accept': {
    breaks: (wire) => wire.post(initialize(), { accept: 'application/json' }),
    keeps: (wire) => wire.post(initialize(), { accept: 'text/event-stream;q=0.9, application/json' }),
  },
  'http.acceptEvents': {
    breaks: (wire) => wire.handshake().get({ accept: 'application/json' }),
    keeps: (wire) => wire.handshake().get({ accept: 'text/event-stream' }),
  },
  'http.contentType': {
    breaks: (wire) => wire.handshake().post(ping).head(202),
    keeps: (wire) =>
      wire.handshake().post(ping).json(result(1), 200, { 'content-type': 'application/json; charset=utf-8' }),
  },
  'http.accepted': {
    breaks: (wire) => wire.handshake().post(changed).head(200),
    keeps: (wire) => wire.handshake().post(changed).head(202),
  },
  'http.acceptedBody': {
    breaks: (wire) => wire.handshake().post(changed).json({ ok: true }, 202),
    keeps: (wire) => wire.handshake().post(changed).json({ ok: false }, 400),
  },
  'http.requestBody': {
    breaks: (wire) => wire.handshake().post('{"jsonrpc":'),
    keeps: (wire) => wire.handshake().post('grant_type=refresh_token', {}, '/token').json({ access_token: 'x' }),
  },
  'http.responseBody': {
    breaks: (wire) => wire.handshake().post(ping).json({ ok: true }),
    keeps: (wire) => wire.handshake().post(ping).json({ ok: false }, 500),
  },
  'http.listen': {
    breaks: (wire) => wire.handshake().get().json({ ok: true }),
    keeps: (wire) => wire.handshake().get().head(405).get().events(changedTools),
  },
  'http.answerOnListening': {
    breaks: (wire) => wire.handshake().post(ping).head(200, events).get().events(result(1)),
    keeps: (wire) => wire.handshake().post(ping).head(200, events).get({ 'last-event-id': '1' }).events(result(1)),
  },
  'http.protocolVersion': {
    breaks: (wire) => wire.handshake().post(ping, { 'mcp-protocol-version': undefined }),
    keeps: (wire) => wire.handshake({ version: '2025-03-26' }).post(ping, { 'mcp-protocol-version': undefined }),
  },
  'http.protocolVersionOfGet': {
    breaks: (wire) => wire.handshake().get({ 'mcp-protocol-version': undefined }),
    keeps: (wire) => wire.handshake().get().delete(),
  },
  'http.agreedVersion': {
    breaks: (wire) => wire.handshake().post(ping, { 'mcp-protocol-version': '2025-06-18' }),
    keeps: (wire) => wire.handshake({ version: '2025-06-18' }).post(ping),
  },
  'http.invalidVersion': {
    breaks: (wire) => wire.handshake().post(ping, { 'mcp-protocol-version': 'latest' }).json(result(1)),
    keeps: (wire) => wire.handshake().post(ping).json(result(1)),
  },
  'http.session': {
    breaks: (wire) => wire.handshake().post(ping, { 'mcp-session-id': undefined }),
    keeps: (wire) => wire.handshake().post(initialize(), { 'mcp-session-id': undefined }),
  },
  'http.sessionOfGet': {
    breaks: (wire) => wire.handshake().get({ 'mcp-session-id': undefined }),
    keeps: (wire) => wire.handshake().get(),
  },
  'http.sessionCharacters': {
    breaks: (wire) => wire.handshake({ session: 'a b' }),
    keeps: (wire) => wire.handshake({ session: '!~' }),
  },
  'http.endedSession': {
    breaks: (wire) => wire.handshake().delete().head(200).post(ping).json(result(1)),
    keeps: (wire) => wire.handshake().delete().head(200).post(ping).head(404),
  },
  'http.lostSession': {
    breaks: (wire) => wire.handshake().post(ping).head(404).post(again),
    keeps: (wire) => wire.handshake().post(ping).head(404).handshake({ session: 's2' }).post(again),
  },
  'stdio.message': {
    breaks: (wire) => wire.read('Server is ready'),
    keeps: (wire) => wire.read('  '),
  },
  'sse.message': {
    breaks: (wire) => wire.handshake().post(ping).events('data: {"type":"connection"}\n\n'),
    keeps: (wire) =>
      wire.handshake().post(ping).events('id: 1\ndata:\n\n', ': keep\n\n', 'event: ping\ndata: x\n\n', result(1)),
  },
  'sse.priming': {
    breaks: (wire) => wire.handshake({ version: '2025-06-18' }).post(ping).events('id: 1\ndata:\n\n'),
    keeps: (wire) => wire.handshake().post(ping).events('id: 1\ndata:\n\n'),
  },
  'sse.eventName': {
    breaks: (wire) =>
      wire
        .handshake()
        .post(ping)
        .events(`event: answer\ndata: ${JSON.stringify(result(1))}\n\n`),
    keeps: (wire) =>
      wire
        .handshake()
        .post(ping)
        .events(`data: ${JSON.stringify(result(1))}\n\n`),
  },
  'sse.eventId': {
    breaks: (wire) => wire.handshake().post(ping).events('id: 1\ndata:\n\n').get().events('id: 1\ndata:\n\n'),
    keeps: (wire) =>
      wire.handshake().post(ping).events('id: 1\ndata:\n\n').get({ 'last-event-id': '0' }).events('id: 1\ndata:\n\n'),
  },
  'sse.endpoint': {
    breaks: (wire) => wire.get({}, '/sse').events('event: endpoint\ndata: {"url":"/message"}\n\n'),
    keeps: (wire) => wire.get({}, '/sse').events('event: endpoint\ndata: http://localhost/message?sessionId=1\n\n'),
  },
  'sse.endpointFirst': {
    breaks: (wire) => wire.get({}, '/sse').events(changedTools),
    keeps: (wire) => wire.get({}, '/sse').events(': hello\n\n', endpoint, changedTools),
  },
  'sse.postToEndpoint': {
    breaks: (wire) => wire.get({}, '/sse').events(endpoint).post(ping, {}, '/message'),
    keeps: (wire) =>
      wire.get({}, '/sse').events(endpoint).post(ping, {}, '/message?id=1').accepted().in(1).more(result(1)),
  },
};

const events = { 'content-type': 'text/event-stream' };
const endpoint = 'event: endpoint\ndata: /message?id=1\n\n';
const changedTools = notification('notifications/tools/list_changed');
