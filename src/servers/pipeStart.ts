import type { ConnectionInfo, Verdict } from '../client/externalMcpClient.ts';
import type { ExternalMcpError } from '../base/errors.ts';
import { StartAgainError } from '../client/stdioConnection.ts';
import { listeningPorts } from '../process/listening.ts';
import type { Launch } from './launchPlan.ts';
import { listensInsteadError } from './runErrors.ts';
import type { StartContext } from './runOptions.ts';
import type { RunProcess } from './runProcess.ts';

/** When a silent stdio server is looked at for a port it may listen on instead, in ms. */
const SILENCE_MS = 5000;

/** Starts a server on its pipes. A process that was spent on finding out what it speaks is started once more. */
export async function startOnPipes(
  context: StartContext,
  launch: Launch,
  known: Verdict | undefined,
): Promise<ConnectionInfo> {
  const { options, signal } = context;
  const process = await context.spawn(launch, 'pipes');
  const streams = process.pipes;
  if (streams === undefined) throw new Error('a process started for its pipes has them');
  context.whenTooLate(() => listensInstead(options.name, process));
  const hint = options.clock.after(SILENCE_MS, () => void hintAtPort(context, process));
  const ended = new AbortController();
  // Some end when they are asked what they are: that is found out without a known verdict, and the connection tells of it.
  if (known !== undefined) void process.ended.then((error) => ended.abort(error));
  try {
    return await context.handshake({ kind: 'stdio', streams }, known, AbortSignal.any([signal, ended.signal]));
  } catch (error) {
    if (signal.aborted) throw error;
    if (!(error instanceof StartAgainError)) throw ended.signal.aborted ? ended.signal.reason : error;
    await process.stop();
    return await startOnPipes(context, launch, error.known);
  } finally {
    hint.dispose();
  }
}

async function hintAtPort({ options }: StartContext, process: RunProcess): Promise<void> {
  const error = process.state.kind === 'running' ? await listensInstead(options.name, process) : undefined;
  if (error !== undefined) options.log.warn(error.message);
}

/** A server that is silent and listens. */
async function listensInstead(server: string, { pid }: RunProcess): Promise<ExternalMcpError | undefined> {
  if (pid === undefined) return undefined;
  // Where the system would not say, it stays unexplained.
  const [port] = await listeningPorts(pid).catch(() => []);
  return port === undefined ? undefined : listensInsteadError(server, port);
}
