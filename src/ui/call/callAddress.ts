/** What a person calls with arguments of their own: a tool of a server, or an action of a plugin. */
export type CallAddress = ToolAddress | ActionAddress;

export interface ToolAddress {
  kind: 'tool';
  server: string;
  tool: string;
}

export interface ActionAddress {
  kind: 'action';
  plugin: string;
  action: string;
}

/** The same for both: whose it is, and its own name. */
export function partsOf(address: CallAddress): { owner: string; name: string } {
  return address.kind === 'tool'
    ? { owner: address.server, name: address.tool }
    : { owner: address.plugin, name: address.action };
}

/** Undefined where the kind is none of ours. */
export function addressFrom(kind: unknown, owner: unknown, name: unknown): CallAddress | undefined {
  if (typeof owner !== 'string' || typeof name !== 'string') return undefined;
  if (kind === 'tool') return { kind, server: owner, tool: name };
  return kind === 'action' ? { kind, plugin: owner, action: name } : undefined;
}

export function isSameAddress(a: CallAddress, b: CallAddress): boolean {
  const [first, second] = [partsOf(a), partsOf(b)];
  return a.kind === b.kind && first.owner === second.owner && first.name === second.name;
}

/** A name as part of a path for people: whatever could climb out of a folder or confuse an editor becomes an underscore. */
export function tame(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N} _-]+/gu, '_').slice(0, 60);
}
