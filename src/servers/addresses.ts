import type { Endpoint, Verdict } from '../client/externalMcpClient.ts';

/** Hosts to look for a server of ours: both loopback addresses where the definition leaves it open. */
export function hostsOf(url: URL): readonly string[] {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return host === '127.0.0.1' ? ['127.0.0.1', '::1'] : [host];
}

/** The same address at another host. */
export function atHost(url: URL, host: string): URL {
  const result = new URL(url);
  result.hostname = host.includes(':') ? `[${host}]` : host;
  return result;
}

/** The same, should the server have moved to another port. */
export function atEndpoint(verdict: Verdict, endpoint: Endpoint): Verdict {
  if (verdict.url === undefined || endpoint.kind === 'stdio') return verdict;
  const { pathname, search } = new URL(verdict.url);
  return { ...verdict, url: new URL(pathname + search, endpoint.url).href };
}
