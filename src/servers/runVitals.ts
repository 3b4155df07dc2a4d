import { ExternalMcpError, maskError } from '../base/errors.ts';
import type { ExternalMcpClient } from '../client/externalMcpClient.ts';
import { createWireFetch } from '../wire/fetch.ts';
import { checkHealth } from './healthCheck.ts';
import { checkTimeoutMs } from './healthMonitor.ts';
import { getHealthPath } from './healthPath.ts';
import type { HttpEndpoint } from './launchPlan.ts';
import type { RunOptions } from './runOptions.ts';
import { Vitals } from './vitals.ts';

interface Subject {
  client: ExternalMcpClient;
  /** Of the process; absent: somebody else's. */
  pid: number | undefined;
  /** Where a health path would be; absent: on pipes. */
  endpoint: Pick<HttpEndpoint, 'url' | 'headers'> | undefined;
  /** Whether a call is in flight. */
  isBusy: () => boolean;
}

/** Begins to watch over a run that is ready, as its definition wants it. */
export function watchVitals(
  { name: server, clock, limits, usage, agent, traffic, redactor }: RunOptions,
  { client, pid, endpoint, isBusy }: Subject,
): Vitals {
  const { intervalMs, failureThreshold, path } = limits.health;
  const timeoutMs = checkTimeoutMs(intervalMs);
  const fetch = createWireFetch({ server, agent, traffic, clock, maxMessageBytes: limits.maxMessageBytes });
  const getPath = async (signal: AbortSignal): Promise<void> => {
    if (path === undefined || endpoint === undefined) return;
    const { url, headers } = endpoint;
    await getHealthPath({ server, url, path, headers, fetch, timeoutMs }, signal);
  };
  return new Vitals({
    server,
    clock,
    intervalMs,
    failureThreshold,
    usage,
    ...(limits.memoryBytes === undefined ? {} : { memoryBytes: limits.memoryBytes }),
    ...(pid === undefined ? {} : { pid }),
    check: async (signal) => {
      try {
        await checkHealth({ client, timeoutMs, getPath }, signal);
      } catch (error) {
        // Its words are shown for as long as the check is remembered.
        throw error instanceof ExternalMcpError ? maskError(error, (text) => redactor.text(text)) : error;
      }
    },
    isBusy,
  });
}
