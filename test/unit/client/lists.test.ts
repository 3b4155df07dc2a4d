import assert from 'node:assert/strict';
import type { ExternalMcpClient } from '../../../src/client/externalMcpClient.ts';
import { handshake } from '../../servers/eras/handshake.ts';
import { endAll, failureOf } from '../wire/support.ts';
import { clientFor, serve, type TestClient, user } from './support.ts';

describe('client: lists in pages', () => {
  afterEach(endAll);

  const lists: [string, string, (client: ExternalMcpClient) => Promise<readonly unknown[]>, (n: number) => object][] = [
    [
      'tools/list',
      'tools',
      (client) => client.listTools(user),
      (n) => ({ name: `t${n}`, inputSchema: { type: 'object' } }),
    ],
    [
      'resources/list',
      'resources',
      (client) => client.listResources(user),
      (n) => ({ name: `r${n}`, uri: `test://${n}` }),
    ],
    [
      'resources/templates/list',
      'resourceTemplates',
      (client) => client.listResourceTemplates(user),
      (n) => ({ name: `t${n}`, uriTemplate: `test://${n}/{x}` }),
    ],
    ['prompts/list', 'prompts', (client) => client.listPrompts(user), (n) => ({ name: `p${n}` })],
  ];

  /** A server whose pages of `method` each have one item and the cursor that `next` names. */
  async function paged(method: string, next: (page: number) => unknown): Promise<TestClient & { cursors: unknown[] }> {
    const cursors: unknown[] = [];
    const [, key, , item] = lists.find(([each]) => each === method) ?? assert.fail();
    const { handler } = handshake({
      capabilities: { tools: {}, resources: {}, prompts: {} },
      results: {
        [method]({ message }) {
          const page = cursors.push(message.params?.cursor) - 1;
          const nextCursor = next(page);
          return { [key]: [item(page)], ...(nextCursor === undefined ? {} : { nextCursor }) };
        },
      },
    });
    const test = clientFor(await serve(handler));
    await test.client.connect(user);
    return { ...test, cursors };
  }

  for (const [method, , list] of lists) {
    it(`${method}: every page, in order`, async () => {
      const test = await paged(method, (page) => (page < 2 ? `after ${page}` : undefined));
      assert.equal((await list(test.client)).length, 3);
      assert.deepEqual(test.cursors, [undefined, 'after 0', 'after 1']);
    });

    it(`${method}: ends at a cursor that comes again, and at the hundredth page`, async () => {
      const repeating = await paged(method, () => 'same');
      assert.equal((await list(repeating.client)).length, 2);
      const circling = await paged(method, (page) => ['a', 'b', 'c'][page % 3]);
      assert.equal((await list(circling.client)).length, 4);
      const endless = await paged(method, (page) => `page ${page}`);
      assert.equal((await list(endless.client)).length, 100);
      assert.ok(endless.logs.some((line) => line.includes(method) && line.includes('100 pages')));
    });
  }

  it('ends at an empty or absent cursor of whatever kind', async () => {
    for (const nextCursor of [null, undefined]) {
      const test = await paged('tools/list', () => nextCursor);
      assert.equal((await test.client.listTools(user)).length, 1);
    }
    const { client } = await paged('tools/list', () => 5);
    await failureOf(client.listTools(user), 'protocol');
  });

  it('is empty where the server does not say that it has such things', async () => {
    const { client } = clientFor(await serve(handshake({ capabilities: {} }).handler));
    await client.connect(user);
    for (const [, , list] of lists) assert.deepEqual(await list(client), []);
  });
});
