import type { Dispatcher } from 'undici';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Redactor } from '../base/redact.ts';
import type { TrafficSink } from '../base/traffic.ts';
import type { ConnectionInfo, Endpoint, Verdict } from '../client/externalMcpClient.ts';
import type { ExternalMcpError } from '../base/errors.ts';
import type { ProcessGuard } from '../process/guard.ts';
import type { UsageSampler } from '../process/usage.ts';
import type { HttpEndpoint, Launch, LaunchPlan } from './launchPlan.ts';
import type { ServerLimits } from './limits.ts';
import type { RunProcess } from './runProcess.ts';

export interface RunOptions {
  name: string;
  plan: LaunchPlan;
  limits: ServerLimits;
  agent: Dispatcher;
  guard: ProcessGuard;
  /** Of this host, as its processes carry it. */
  marker: string;
  usage: Pick<UsageSampler, 'watch'>;
  traffic: TrafficSink;
  clock: Clock;
  log: Log;
  redactor: Redactor;
  /** Version of this extension. */
  version: string;
  /** What an earlier run found out about the server. */
  known?: Verdict;
}

/** What a run lends to the way in which it is started. */
export interface StartContext {
  readonly options: RunOptions;
  /** Ends the start; its reason is why. */
  readonly signal: AbortSignal;
  /** Starts a process, which is the run's own from now on; there is at most one at a time. */
  spawn(launch: Launch, stdio: 'output' | 'pipes'): Promise<RunProcess>;
  /** Connects; on success this connection is the run's own. */
  handshake(endpoint: Endpoint, known: Verdict | undefined, signal: AbortSignal): Promise<ConnectionInfo>;
  /** Sets who is asked, should the start take too long, for a better reason than that. */
  whenTooLate(explain: () => Promise<ExternalMcpError | undefined>): void;
}

/** What a start has come to. */
export interface Served {
  connection: ConnectionInfo;
  /** Of a server over HTTP: as it was found, which may be elsewhere than planned. */
  endpoint?: HttpEndpoint;
  /** It can be reached from other machines. */
  isExposed?: true;
}
