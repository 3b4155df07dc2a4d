import { randomUUID } from 'node:crypto';
import { type JSONRPCMessage, specTypeSchemas } from '@modelcontextprotocol/client';

/** Where broken items travel past the library, in the `_meta` of the answer that they came in; no server can know it. */
const META_KEY = `external-mcp/broken-${randomUUID()}`;

const SCHEMAS = {
  tools: specTypeSchemas.Tool,
  prompts: specTypeSchemas.Prompt,
  resources: specTypeSchemas.Resource,
  resourceTemplates: specTypeSchemas.ResourceTemplate,
};

/** Takes the broken items out of a list: in the stateless era the library refuses the whole list for one of them. */
export function setBrokenAside(message: JSONRPCMessage): void {
  if (!('result' in message)) return;
  const { result } = message;
  for (const [key, schema] of Object.entries(SCHEMAS)) {
    const items = result[key];
    if (!Array.isArray(items)) continue;
    const isBroken = (item: unknown): boolean => {
      const outcome = schema['~standard'].validate(item);
      return outcome instanceof Promise || outcome.issues !== undefined;
    };
    const broken = new Map<number, unknown>([...items.entries()].filter(([, item]) => isBroken(item)));
    if (broken.size === 0) continue;
    result[key] = items.filter((_item, index) => !broken.has(index));
    result._meta = { ...result._meta, [META_KEY]: [...broken] };
  }
}

/** The items of a page with those that were set aside, in their places. */
export function withBroken(items: readonly unknown[], meta: unknown): unknown[] {
  const broken: unknown = typeof meta === 'object' && meta !== null ? Reflect.get(meta, META_KEY) : undefined;
  if (!Array.isArray(broken)) return [...items];
  const places = new Map(broken as [number, unknown][]);
  const whole = items[Symbol.iterator]();
  return Array.from({ length: items.length + places.size }, (_, index) =>
    places.has(index) ? places.get(index) : whole.next().value,
  );
}
