import assert from 'node:assert/strict';
import { rules, rulesFor } from '../../../../src/traffic/specification/rules.ts';
import type { Example } from './examples/example.ts';
import { httpExamples } from './examples/http.ts';
import { jsonRpcExamples } from './examples/jsonRpc.ts';
import { messageExamples } from './examples/message.ts';
import { operationExamples } from './examples/operation.ts';
import { statelessExamples } from './examples/stateless.ts';
import { findingsIn } from './support.ts';
import { Wire } from './wire.ts';

const examples: Readonly<Record<string, Example>> = {
  ...jsonRpcExamples,
  ...messageExamples,
  ...operationExamples,
  ...httpExamples,
  ...statelessExamples,
};

describe('traffic: the rules of the specification', () => {
  it('have ids of their own, and each a conversation that breaks it and one that keeps it', () => {
    const ids = rules.map(({ id }) => id);
    assert.deepEqual([...new Set(ids)], ids);
    assert.deepEqual(Object.keys(examples).toSorted(), ids.toSorted());
  });

  it('are picked once for a revision, and for what is none once in all, however a server calls it', () => {
    assert.equal(rulesFor('message', '2025-11-25'), rulesFor('message', '2025-11-25'));
    assert.equal(rulesFor('message', 'x'.repeat(1000)), rulesFor('message', '2025-11-25 or so'));
    assert.ok(rulesFor('message', 'none').length < rulesFor('message', '2025-11-25').length);
  });

  for (const rule of rules) {
    describe(rule.id, () => {
      it('is told of what breaks it, once, and in one sentence', () => {
        const { records } = (examples[rule.id]?.breaks ?? assert.fail())(new Wire());
        const findings = findingsIn(records).filter((finding) => finding.rule === rule.id);
        assert.equal(findings.length, 1);
        const [finding] = findings;
        assert.equal(finding?.severity, rule.severity);
        assert.equal(finding?.section, rule.section);
        assert.match(finding?.message ?? '', /^\S.{10,300}\.$/);
        assert.doesNotMatch(finding?.message ?? '', /\{\d\}|undefined/);
      });

      it('is not told of what keeps it, and no other is', () => {
        const { records } = (examples[rule.id]?.keeps ?? assert.fail())(new Wire());
        assert.deepEqual(findingsIn(records), []);
      });
    });
  }
});
