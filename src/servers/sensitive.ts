/** Names whose values are nobody's business: they are masked in output, traffic and errors. */
const SENSITIVE = /auth|token|secret|password|passwd|cookie|credential|api[-_]?key|private[-_]?key|access[-_]?key/i;

/** The secret values in headers and environment variables, told by their names; a bearer token also without its scheme. */
export function secretValues(...groups: readonly Readonly<Record<string, string>>[]): string[] {
  return groups
    .flatMap((group) => Object.entries(group))
    .filter(([name]) => SENSITIVE.test(name))
    .flatMap(([, value]) => {
      const bare = /^(?:bearer|basic|token)\s+(\S+)$/i.exec(value)?.[1];
      return bare === undefined ? [value] : [value, bare];
    });
}
