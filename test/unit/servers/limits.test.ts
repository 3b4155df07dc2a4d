import assert from 'node:assert/strict';
import { resolveLimits } from '../../../src/servers/limits.ts';

describe('The limits of a server', () => {
  const env = { EXTERNAL_MCP_TIMEOUT: '7', EXTERNAL_MCP_MAX_RETRIES: '5' };

  it('are those of its definition, else the setting, else the environment, else 300 s and 3 attempts more', () => {
    const both = { timeout: 1, maxRetries: 0 };
    const figures = [
      resolveLimits(both, { timeout: 2, maxRetries: 1 }, env),
      resolveLimits({}, { timeout: 2, maxRetries: 1 }, env),
      resolveLimits({}, {}, env),
      resolveLimits({}, {}, {}),
    ].map(({ timeoutMs, maxRetries }) => [timeoutMs, maxRetries]);
    assert.deepEqual(figures, [
      [1000, 0],
      [2000, 1],
      [7000, 5],
      [300_000, 3],
    ]);
  });

  it('ignore what is no number in the environment', () => {
    for (const text of ['', ' ', 'many', '-1', 'NaN', '1e999']) {
      const { timeoutMs, maxRetries } = resolveLimits(
        {},
        {},
        { EXTERNAL_MCP_TIMEOUT: text, EXTERNAL_MCP_MAX_RETRIES: text },
      );
      assert.deepEqual([timeoutMs, maxRetries], [300_000, 3], text);
    }
  });

  it('take no retries at all for an answer', () => {
    assert.equal(resolveLimits({}, {}, { EXTERNAL_MCP_MAX_RETRIES: '0' }).maxRetries, 0);
  });
});
