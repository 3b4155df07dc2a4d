import type { Endpoint, Verdict } from '../client/externalMcpClient.ts';
import type { HttpEndpoint } from './launchPlan.ts';
import type { Place } from './readiness.ts';

/** Hosts to look for a server of ours: both loopback addresses where the definition leaves it open. */
export function hostsOf(url: URL): readonly string[] {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return host === '127.0.0.1' ? ['127.0.0.1', '::1'] : [host];
}

/** The same endpoint where it was found. */
export function atPlace(endpoint: HttpEndpoint, { host, port }: Pick<Place, 'host' | 'port'>): HttpEndpoint {
  const url = new URL(endpoint.url);
  url.hostname = host.includes(':') ? `[${host}]` : host;
  // The port of the scheme is left out of a URL, and that is the same one.
  url.port = String(port);
  return { ...endpoint, url, port };
}

/** The same, should the server have moved to another port. */
export function atEndpoint(verdict: Verdict, endpoint: Endpoint): Verdict {
  if (verdict.url === undefined || endpoint.kind === 'stdio') return verdict;
  const { pathname, search } = new URL(verdict.url);
  return { ...verdict, url: new URL(pathname + search, endpoint.url).href };
}
