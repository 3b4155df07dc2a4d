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
