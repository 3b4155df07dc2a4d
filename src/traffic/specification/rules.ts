import { BoundedMap } from '../../base/boundedMap.ts';
import { isIn, isRevision } from './revisions.ts';
import { capabilityRules } from './rules/capabilityRules.ts';
import { httpRules } from './rules/httpRules.ts';
import { jsonRpcRules } from './rules/jsonRpcRules.ts';
import { lifecycleRules } from './rules/lifecycleRules.ts';
import { messageRules } from './rules/messageRules.ts';
import type { Rule } from './rule.ts';
import { statelessAnswerRules } from './rules/statelessAnswerRules.ts';
import { statelessRequestRules } from './rules/statelessRequestRules.ts';
import { streamRules } from './rules/streamRules.ts';
import { toolRules } from './rules/toolRules.ts';
import { utilityRules } from './rules/utilityRules.ts';

/** Every MUST that can be seen from the wire: those of MCP in all of its revisions and of JSON-RPC 2.0. */
export const rules: readonly Rule[] = [
  ...jsonRpcRules,
  ...messageRules,
  ...lifecycleRules,
  ...capabilityRules,
  ...utilityRules,
  ...httpRules,
  ...streamRules,
  ...statelessRequestRules,
  ...statelessAnswerRules,
  ...toolRules,
];

/** Revisions whose rules are kept together; a server may name any date. */
const MAX_REVISIONS = 20;
const byRevision = new BoundedMap<string, Partial<Record<Rule['on'], Rule[]>>>(MAX_REVISIONS);

/** Those that hold for a place in a revision: a flood of messages asks this for each of them. */
export function rulesFor(place: Rule['on'], revision?: string): readonly Rule[] {
  // A server may call anything its revision; for what is no date, those hold that hold in every revision.
  const key = isRevision(revision) ? revision : '';
  let places = byRevision.get(key);
  if (places === undefined) {
    places = Object.groupBy(
      rules.filter((rule) => isIn(key, rule.revisions ?? {})),
      ({ on }) => on,
    );
    byRevision.set(key, places);
  }
  return places[place] ?? [];
}
