import { error, notification, request, result, rpc } from '../wire.ts';
import type { Examples } from './example.ts';

const ping = request(1, 'ping');
const initialized = notification('notifications/initialized');

export const jsonRpcExamples: Examples = {
  'jsonrpc.version': {
    breaks: (wire) => wire.pipes().write(ping).read({ id: 1, result: {} }),
    keeps: (wire) => wire.pipes().write(ping).read(result(1)),
  },
  'jsonrpc.method': {
    breaks: (wire) => wire.pipes().read(rpc({ id: 1, method: 7 })),
    keeps: (wire) => wire.pipes().read(rpc({ id: 1, method: 'ping' })),
  },
  'jsonrpc.reservedMethod': {
    breaks: (wire) => wire.pipes().read(request(1, 'rpc.discover')),
    keeps: (wire) => wire.pipes().read(request(1, 'vendor/discover')),
  },
  'jsonrpc.params': {
    breaks: (wire) => wire.pipes().write(rpc({ id: 1, method: 'tools/list', params: null })),
    keeps: (wire) => wire.pipes().write(rpc({ id: 1, method: 'tools/list' })),
  },
  'jsonrpc.idType': {
    breaks: (wire) => wire.pipes().read(request({}, 'ping')),
    keeps: (wire) => wire.pipes().read(request('a', 'ping')),
  },
  'jsonrpc.resultOrError': {
    breaks: (wire) =>
      wire
        .pipes()
        .write(ping)
        .read(rpc({ id: 1 })),
    keeps: (wire) => wire.pipes().write(ping).read(error(1, -32601)),
  },
  'jsonrpc.resultAndError': {
    breaks: (wire) =>
      wire
        .pipes()
        .write(ping)
        .read(rpc({ id: 1, result: {}, error: null })),
    keeps: (wire) => wire.pipes().write(ping).read(result(1)),
  },
  'jsonrpc.resultId': {
    breaks: (wire) =>
      wire
        .pipes()
        .write(ping)
        .read(rpc({ id: null, result: {} })),
    keeps: (wire) => wire.pipes().write(ping).read(result(1)),
  },
  'jsonrpc.errorId': {
    breaks: (wire) => wire.handshake().post(ping).json(error(null, -32000), 400),
    keeps: (wire) => wire.handshake().post(ping).json(error(1, -32000), 400),
  },
  'jsonrpc.errorObject': {
    breaks: (wire) =>
      wire
        .pipes()
        .write(ping)
        .read(rpc({ id: 1, error: 'No' })),
    keeps: (wire) => wire.pipes().write(ping).read(error(1, -32603)),
  },
  'jsonrpc.errorCode': {
    breaks: (wire) => wire.pipes().write(ping).read(error(1, 'E_NO')),
    keeps: (wire) => wire.pipes().write(ping).read(error(1, 7)),
  },
  'jsonrpc.errorMessage': {
    breaks: (wire) =>
      wire
        .pipes()
        .write(ping)
        .read(error(1, -32603, { message: undefined })),
    keeps: (wire) =>
      wire
        .pipes()
        .write(ping)
        .read(error(1, -32603, { message: '' })),
  },
  'jsonrpc.reservedCode': {
    breaks: (wire) => wire.pipes().write(ping).read(error(1, -32500)),
    keeps: (wire) => wire.pipes().write(ping).read(error(1, -32042)),
  },
  'jsonrpc.sameId': {
    breaks: (wire) => wire.pipes().write(ping).read(result('1')),
    keeps: (wire) => wire.pipes().write(ping).read(result(1)),
  },
  'jsonrpc.unknownId': {
    breaks: (wire) => wire.pipes().write(ping).read(result(2)),
    keeps: (wire) => wire.pipes().write(ping).read(request(2, 'ping')).write(result(2)).read(result(1)),
  },
  'jsonrpc.answeredTwice': {
    breaks: (wire) => wire.pipes().write(ping).read(result(1)).read(result(1)),
    keeps: (wire) => wire.pipes().write(ping).write(request(2, 'ping')).read(result(2)).read(result(1)),
  },
  'jsonrpc.notificationAnswered': {
    breaks: (wire) => wire.handshake().post(initialized).json(error(null, -32601), 200),
    keeps: (wire) =>
      wire
        .handshake()
        .post(initialized)
        .json(rpc({ error: { code: -32600, message: 'No' } }), 400),
  },
  'jsonrpc.emptyBatch': {
    breaks: (wire) => wire.pipes({ version: '2025-03-26' }).write([]),
    keeps: (wire) => wire.pipes({ version: '2025-03-26' }).write([ping]),
  },
};
