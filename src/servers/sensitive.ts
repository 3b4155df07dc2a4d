import { isSensitive } from '../base/sensitive.ts';

/** The secret values in headers and environment variables, told by their names; a bearer token also without its scheme. */
export function secretValues(...groups: readonly Readonly<Record<string, string>>[]): string[] {
  return groups
    .flatMap((group) => Object.entries(group))
    .filter(([name]) => isSensitive(name))
    .flatMap(([, value]) => {
      const bare = /^(?:bearer|basic|token)\s+(\S+)$/i.exec(value)?.[1];
      return bare === undefined ? [value] : [value, bare];
    });
}

/** The secrets that an address carries: its password, and parameters with a telling name. */
export function secretsOfUrl(url: URL): string[] {
  const parameters = [...url.searchParams].filter(([name]) => isSensitive(name)).map(([, value]) => value);
  return [decodeURIComponent(url.password), ...parameters].filter((value) => value !== '');
}
