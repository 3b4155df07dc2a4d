import assert from 'node:assert/strict';
import * as z from 'zod';
import { acceptedContent, inputRequired, McpServer } from '@modelcontextprotocol/server';
import type { CallToolResult } from '../../../src/client/externalMcpClient.ts';
import type { ServerRequestHandlers } from '../../../src/client/serverRequests.ts';
import { handshake } from '../../servers/eras/handshake.ts';
import { sdkV2 } from '../../servers/eras/sdkV2.ts';
import { stateless } from '../../servers/eras/stateless.ts';
import { answerTo, beginEvents, type Exchange, sendJson, text, writeEvent } from '../../servers/support/exchange.ts';
import { endAll, failureOf } from '../wire/support.ts';
import { clientFor, serve, type TestClient, user } from './support.ts';

/** What a server asks. */
interface Question {
  readonly method: string;
  readonly params?: Record<string, unknown>;
}

const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
const METHOD_NOT_FOUND = -32601;
const formSchema = {
  type: 'object',
  properties: {
    name: { type: 'string', default: 'Nobody' },
    age: { type: 'integer', default: 7 },
    agrees: { type: 'boolean', default: true },
    colour: { type: 'string', enum: ['red', 'green'], default: 'green' },
    email: { type: 'string' },
  },
};
const roots: Question = { method: 'roots/list' };
const sampling: Question = {
  method: 'sampling/createMessage',
  params: { messages: [{ role: 'user', content: { type: 'text', text: 'What?' } }], maxTokens: 10 },
};
const form: Question = {
  method: 'elicitation/create',
  params: { mode: 'form', message: 'Who are you?', requestedSchema: formSchema },
};
const address: Question = {
  method: 'elicitation/create',
  params: { mode: 'url', message: 'Pay there.', url: 'https://example.org/pay', elicitationId: 'e1' },
};

const sampled = { model: 'm', role: 'assistant', content: { type: 'text', text: 'That.' } } as const;
const everything: ServerRequestHandlers = {
  roots: async () => [{ uri: 'file:///work', name: 'work' }],
  sample: async () => sampled,
  elicit: async (params) =>
    params.mode === 'url'
      ? { action: 'accept' }
      : { action: 'accept', content: { name: 'Ada', email: 'ada@example.org' } },
  elicits: { form: true, url: true },
};
/** What `everything` says to each; what is left out of the form comes from its defaults. */
const answers: readonly [Question, unknown][] = [
  [roots, { roots: [{ uri: 'file:///work', name: 'work' }] }],
  [sampling, sampled],
  [
    form,
    { action: 'accept', content: { name: 'Ada', age: 7, agrees: true, colour: 'green', email: 'ada@example.org' } },
  ],
  [address, { action: 'accept' }],
];

interface Asking extends TestClient {
  /** Sends the server's question during a call; resolves with what it was answered. */
  ask(question: Question): Promise<unknown>;
  /** What the client announced. */
  readonly announced: () => unknown;
  /** What each request that may announce something did announce. */
  readonly requests: Record<string, unknown>[];
}

/** A server with a handshake that asks with a request on the stream of the call. */
async function asking(handlers: ServerRequestHandlers): Promise<Asking & { tell: (message: object) => void }> {
  let question: Question = roots;
  let lastId = 0;
  let stream: Exchange | undefined;
  const requests: Record<string, unknown>[] = [];
  const { handler } = handshake({
    post(exchange) {
      const message: Record<string, unknown> = { ...exchange.message };
      if (message['method'] === 'initialize') requests.push({ ...exchange.message.params });
      if (message['method'] === 'tools/call') {
        stream = exchange;
        beginEvents(exchange);
        lastId += 1;
        writeEvent(exchange, { jsonrpc: '2.0', id: `s${lastId}`, ...question });
        return true;
      }
      if (message['method'] !== undefined || message['id'] !== `s${lastId}` || stream === undefined) return false;
      exchange.response.writeHead(202).end();
      writeEvent(stream, answerTo(stream, text(JSON.stringify(message['result'] ?? message['error']))));
      stream.response.end();
      return true;
    },
  });
  const test = clientFor(await serve(handler), { handlers });
  await test.client.connect(user);
  return {
    ...test,
    requests,
    announced: () => requests.at(-1)?.['capabilities'],
    async ask(asked) {
      question = asked;
      return saidIn(await test.client.callTool('ask', {}, user));
    },
    tell: (message) => stream !== undefined && writeEvent(stream, { jsonrpc: '2.0', ...message }),
  };
}

function saidIn({ content }: CallToolResult): unknown {
  const [block] = content;
  return block?.type === 'text' ? (JSON.parse(block.text) as unknown) : undefined;
}

/** A stateless server that asks in rounds: `rounds` says what each is, given what was answered; undefined ends the call. */
async function inRounds(
  handlers: ServerRequestHandlers,
  rounds: (params: Record<string, unknown>, round: number) => object | undefined,
  method = 'tools/call',
): Promise<TestClient & { requests: { id: unknown; params: Record<string, unknown> }[] }> {
  const requests: { id: unknown; params: Record<string, unknown> }[] = [];
  const handler = stateless({
    capabilities: { tools: {}, prompts: {}, resources: {} },
    post(exchange) {
      if (exchange.message.method !== method) return false;
      const params: Record<string, unknown> = { ...exchange.message.params };
      requests.push({ id: exchange.message.id, params });
      const required = rounds(params, requests.length);
      const done: Record<string, object> = {
        'tools/call': text(JSON.stringify(params['inputResponses'] ?? null)),
        'prompts/get': { messages: [] },
        'resources/read': { contents: [], ttlMs: 0, cacheScope: 'private' },
      };
      const result =
        required === undefined
          ? { resultType: 'complete', ...done[method] }
          : { resultType: 'input_required', ...required };
      sendJson(exchange, answerTo(exchange, result));
      return true;
    },
  });
  const test = clientFor(await serve(handler), { handlers });
  await test.client.connect(user);
  return { ...test, requests };
}

describe('client: what servers ask, as requests', () => {
  afterEach(endAll);

  it('is answered by the handlers: roots, sampling, forms with defaults, addresses', async () => {
    const test = await asking(everything);
    assert.deepEqual(test.announced(), {
      roots: {},
      sampling: {},
      elicitation: { form: { applyDefaults: true }, url: {} },
    });
    for (const [question, answer] of answers) assert.deepEqual(await test.ask(question), answer, question.method);
  });

  it('is answered the same, however often and with parameters as they came', async () => {
    const seen: unknown[] = [];
    const test = await asking({ elicit: async (params) => (seen.push(params), { action: 'decline' }) });
    for (let n = 0; n < 3; n += 1) assert.deepEqual(await test.ask(form), { action: 'decline' });
    assert.equal(seen.length, 3);
    assert.deepEqual(seen[0], form.params);
  });

  it('without a handler is not announced, and is a method that we do not have', async () => {
    const test = await asking({});
    assert.deepEqual(test.announced(), {});
    for (const [question] of answers) {
      const error = await test.ask(question);
      assert.equal(codeOf(error), METHOD_NOT_FOUND, question.method);
    }
    assert.equal(codeOf(await test.ask({ method: 'something/new' })), METHOD_NOT_FOUND);
  });

  it('with one handler, that one alone is announced', async () => {
    const alone: [ServerRequestHandlers, unknown, Question[]][] = [
      [{ roots: async () => [] }, { roots: {} }, [sampling, form]],
      [{ sample: async () => sampled }, { sampling: {} }, [roots, form]],
      [
        { elicit: async () => ({ action: 'cancel' }) },
        { elicitation: { form: { applyDefaults: true } } },
        [roots, sampling],
      ],
    ];
    for (const [handlers, announced, others] of alone) {
      const test = await asking(handlers);
      assert.deepEqual(test.announced(), announced);
      for (const question of others) assert.equal(codeOf(await test.ask(question)), METHOD_NOT_FOUND, question.method);
    }
  });

  it('of a kind of elicitation that was not announced is refused, without a word to the handler', async () => {
    const seen: unknown[] = [];
    const elicit: NonNullable<ServerRequestHandlers['elicit']> = async (params) => (
      seen.push(params),
      { action: 'accept' }
    );
    const forms = await asking({ elicit });
    assert.equal(typeof codeOf(await forms.ask(address)), 'number');
    const addresses = await asking({ elicit, elicits: { form: false, url: true } });
    assert.deepEqual(addresses.announced(), { elicitation: { url: {} } });
    assert.equal(typeof codeOf(await addresses.ask(form)), 'number');
    assert.deepEqual(seen, []);
  });

  it('a ping is answered without any handler', async () => {
    const test = await asking({});
    assert.deepEqual(await test.ask({ method: 'ping' }), {});
  });

  it('a handler that fails is an error for the server, and the call goes on', async () => {
    const test = await asking({ roots: () => Promise.reject(new Error('no folder is open')) });
    const error = await test.ask(roots);
    assert.equal(typeof codeOf(error), 'number');
    assert.match(JSON.stringify(error), /no folder is open/);
  });

  it('what the server no longer waits for is ended', async () => {
    const asked = Promise.withResolvers<AbortSignal>();
    const over = Promise.withResolvers<void>();
    const test = await asking({
      elicit(_params, signal) {
        asked.resolve(signal);
        return new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => {
            over.resolve();
            reject(new Error('given up'));
          }),
        );
      },
    });
    const call = failureOf(test.ask(form), 'connection');
    const signal = await asked.promise;
    assert.equal(signal.aborted, false);
    test.tell({ method: 'notifications/cancelled', params: { requestId: 's1' } });
    await over.promise;
    await test.client.close();
    await call;
  });

  it('what we no longer can answer is ended', async () => {
    const asked = Promise.withResolvers<AbortSignal>();
    const test = await asking({
      elicit(_params, signal) {
        asked.resolve(signal);
        return new Promise(() => {});
      },
    });
    const call = failureOf(test.ask(form), 'connection');
    const signal = await asked.promise;
    await test.client.close();
    await call;
    assert.equal(signal.aborted, true);
  });
});

describe('client: what servers ask, in rounds of a call', () => {
  afterEach(endAll);

  it('is answered by the handlers, all of a round at once', async () => {
    const test = await inRounds(everything, (_params, round) =>
      round === 1
        ? { inputRequests: Object.fromEntries(answers.map(([question], index) => [`q${index}`, question])) }
        : undefined,
    );
    assert.deepEqual(
      saidIn(await test.client.callTool('ask', {}, user)),
      Object.fromEntries(answers.map(([, answer], index) => [`q${index}`, answer])),
    );
    const meta = test.requests[0]?.params['_meta'];
    assert.deepEqual(Reflect.get(Object(meta), CAPABILITIES), {
      roots: {},
      sampling: {},
      elicitation: { form: { applyDefaults: true }, url: {} },
    });
  });

  it('takes the state along, byte by byte, under a new id each time, with the same arguments', async () => {
    const states = ['{"a": 1,  "b":"\\u00e4"}', ' \u2028\u0000"\\ é e\u0301 👩‍💻\ud83d \t', '', 'x'.repeat(5000)];
    const test = await inRounds(everything, (_params, round) => {
      const requestState = states[round - 1];
      return requestState === undefined ? undefined : { inputRequests: { r: roots }, requestState };
    });
    await test.client.callTool('ask', { deep: { value: [1, null, 'ä'] } }, user);
    assert.deepEqual(
      test.requests.map(({ params }) => params['requestState']),
      [undefined, ...states],
    );
    assert.equal(new Set(test.requests.map(({ id }) => id)).size, test.requests.length);
    for (const { params } of test.requests) {
      assert.equal(params['name'], 'ask');
      assert.deepEqual(params['arguments'], { deep: { value: [1, null, 'ä'] } });
    }
    assert.ok(!('requestState' in (test.requests[0]?.params ?? {})));
  });

  it('sends no state where there is none, and goes on with the state alone', async () => {
    const without = await inRounds(everything, (_params, round) =>
      round === 1 ? { inputRequests: { r: roots } } : undefined,
    );
    await without.client.callTool('ask', {}, user);
    assert.ok(!('requestState' in (without.requests[1]?.params ?? {})));
    const alone = await inRounds(everything, (_params, round) => (round === 1 ? { requestState: 'later' } : undefined));
    await alone.client.callTool('ask', {}, user);
    assert.equal(alone.requests[1]?.params['requestState'], 'later');
  });

  it('works for prompts and resources as for tools', async () => {
    for (const method of ['prompts/get', 'resources/read']) {
      const ask = (_params: object, round: number): object | undefined =>
        round === 1 ? { inputRequests: { r: roots }, requestState: 's' } : undefined;
      const { client, requests } = await inRounds(everything, ask, method);
      if (method === 'prompts/get') await client.getPrompt('p', {}, user);
      else await client.readResource('test://r', user);
      assert.equal(requests.length, 2);
      assert.deepEqual(requests[1]?.params['inputResponses'], {
        r: { roots: [{ uri: 'file:///work', name: 'work' }] },
      });
    }
  });

  it('ends after ten rounds', async () => {
    const test = await inRounds(everything, () => ({ inputRequests: { r: roots }, requestState: 'again' }));
    await failureOf(test.client.callTool('ask', {}, user), 'protocol');
    assert.ok(test.requests.length <= 11, String(test.requests.length));
  });

  it('without a handler is not announced, and ends the call', async () => {
    for (const [question] of answers) {
      const test = await inRounds({}, () => ({ inputRequests: { q: question } }));
      const error = await failureOf(test.client.callTool('ask', {}, user), 'protocol');
      assert.equal(test.requests.length, 1, error.message);
      const meta = Object(test.requests[0]?.params['_meta']) as object;
      assert.deepEqual(Reflect.get(meta, CAPABILITIES), {});
    }
  });

  it('is not waited for by a caller who left', async () => {
    const asked = Promise.withResolvers<AbortSignal>();
    const elicit = (_params: unknown, signal: AbortSignal): Promise<never> => {
      asked.resolve(signal);
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    };
    const test = await inRounds({ elicit }, () => ({ inputRequests: { q: form } }));
    const leaving = new AbortController();
    const call = failureOf(test.client.callTool('ask', {}, { ...user, signal: leaving.signal }), 'cancelled');
    const signal = await asked.promise;
    leaving.abort();
    await call;
    assert.equal(signal.aborted, true);
    assert.equal(test.requests.length, 1);
  });

  it('is understood between the SDK and us', async () => {
    const create = (): McpServer => {
      const server = new McpServer({ name: 'asks', version: '1.0.0' });
      server.registerTool('greet', { inputSchema: z.object({}) }, (_args, { mcpReq }) => {
        const said = acceptedContent<{ name: string }>(mcpReq.inputResponses, 'who');
        if (said !== undefined) return { content: [{ type: 'text', text: `Hello ${said.name}` }] };
        const requestedSchema = { type: 'object' as const, properties: { name: { type: 'string' as const } } };
        return inputRequired({ inputRequests: { who: inputRequired.elicit({ message: 'Who?', requestedSchema }) } });
      });
      return server;
    };
    const { client } = clientFor(await serve(sdkV2(create).handler), { handlers: everything });
    await client.connect(user);
    assert.deepEqual((await client.callTool('greet', {}, user)).content, [{ type: 'text', text: 'Hello Ada' }]);
    // Without a handler the server says what it lacks.
    const mute = clientFor(await serve(sdkV2(create).handler));
    await mute.client.connect(user);
    assert.equal((await failureOf(mute.client.callTool('greet', {}, user), 'protocol')).rpcCode, -32021);
  });
});

function codeOf(error: unknown): unknown {
  return Reflect.get(Object(error) as object, 'code');
}
