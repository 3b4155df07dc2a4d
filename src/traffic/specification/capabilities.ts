import { isRecord } from './json.ts';

/** Names that are kept of what somebody announces; the specification has about twenty. */
const MAX_NAMES = 200;

/** What somebody has announced, by name, with what is below it: `tools`, `tools.listChanged`. */
export type Capabilities = ReadonlySet<string>;

export function readCapabilities(announced: unknown): Capabilities {
  const names = new Set<string>();
  const add = (value: unknown, prefix: string): void => {
    if (!isRecord(value)) return;
    for (const [key, member] of Object.entries(value)) {
      if (names.size >= MAX_NAMES || key.length > MAX_NAMES) return;
      if (member === undefined || member === null || member === false) continue;
      names.add(`${prefix}${key}`);
      if (prefix === '') add(member, `${key}.`);
    }
  };
  add(announced, '');
  // 2025-11-25, Elicitation: an empty object means forms.
  if (names.has('elicitation') && !names.has('elicitation.url')) names.add('elicitation.form');
  return names;
}
