/**
 * The address of a definition: its plain name, `name@scope` where a narrower scope has that, and numbered where that is taken as well,
 * since two folders may share a name and a key may contain "@" itself.
 */
export function freeAddress(name: string, scope: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  const scoped = `${name}@${scope}`;
  let address = scoped;
  for (let twin = 2; taken.has(address); twin += 1) address = `${scoped}-${twin}`;
  return address;
}
