import type { Wire } from '../wire.ts';

/** A short conversation that breaks a rule, and one like it that keeps all of them. */
export interface Example {
  breaks: (wire: Wire) => Wire;
  keeps: (wire: Wire) => Wire;
}

/** By the id of the rule. */
export type Examples = Readonly<Record<string, Example>>;
