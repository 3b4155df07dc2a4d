import { t } from '@vscode/l10n';
import { ExternalMcpError } from '../base/errors.ts';
import { exchangeContext } from '../wire/context.ts';
import type { WireFetch } from '../wire/fetch.ts';
import { isEventStream } from '../wire/heads.ts';

export interface HealthPathOptions {
  /** Name of the server, for errors. */
  server: string;
  /** Where the server is; only its origin counts. */
  url: URL;
  /** The definition's `health.path`. */
  path: string;
  /** The definition's headers. */
  headers: Readonly<Record<string, string>>;
  fetch: WireFetch;
  /** Milliseconds for the head of the answer. */
  timeoutMs: number;
}

/**
 * `GET path` at the server: 2xx and 3xx are healthy, and a redirect is not followed. Rejects with `connection` for another status or none,
 * `timeout`, `protocol` for a body over the limit of `fetch`, or `config` where the path leads to another server, which must not get the headers.
 */
export async function getHealthPath(options: HealthPathOptions, signal: AbortSignal): Promise<void> {
  const { server, path, headers, fetch, timeoutMs } = options;
  const url = healthUrl(options);
  const response = await exchangeContext.run({ origin: 'health', timeoutMs }, () =>
    fetch(url, { headers: { accept: '*/*', ...headers }, signal }),
  );
  const { status } = response;
  // Waited for, since some servers complain into their output when nobody does; a stream may have no end.
  if (isEventStream(response)) await response.body?.cancel();
  else await response.arrayBuffer();
  if (status >= 200 && status < 400) return;
  throw new ExternalMcpError('connection', t('“{0}” is not healthy: GET {1} answered {2}.', server, path, status), {
    server,
    httpStatus: status,
    reason: t('GET {0} answered {1}', path, status),
  });
}

function healthUrl({ server, url, path }: HealthPathOptions): URL {
  const found = URL.parse(path, url.origin);
  if (found?.origin === url.origin) return found;
  throw new ExternalMcpError(
    'config',
    t(
      '"health.path" of “{0}” is no path of the server. Write one that begins with a slash, such as "/health".',
      server,
    ),
    { server },
  );
}
