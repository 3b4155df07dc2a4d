import { randomUUID } from 'node:crypto';
import { t } from '@vscode/l10n';
import type * as api from '../api.ts';
import { abortable } from '../base/abortable.ts';
import { ExternalMcpError } from '../base/errors.ts';
import { schemaProblems } from '../servers/argumentCheck.ts';
import { closest } from '../servers/definition.ts';
import type { ManagedPlugin, PluginEnvironment } from './managedPlugin.ts';
import { failureOutcome, type Outcome, outcomeOf } from './outcome.ts';
import { type RunScope, runScope } from './runScope.ts';
import { signalToken } from './tokens.ts';

/** What an extension or a person asks for. */
export interface ActionRequest {
  action: string;
  parameters?: object;
  context?: object;
}

/** How an action is run. */
export interface RunOptions {
  signal?: AbortSignal;
  /** A person waits for it and looks at the screen. */
  isInteractive?: boolean;
  onProgress?: (progress: api.Progress) => void;
}

/** What a run has come to. */
export interface PluginRun {
  response: api.PluginResponse;
  /** What the person may do next. */
  offers: readonly api.OfferedAction[];
}

/** UTF-16 units of a name in a response. */
const LONGEST_NAME = 200;

/** Runs one action of a plugin within its limit of time. Never rejects: whatever goes wrong is in the response, secrets masked. */
export async function runAction(
  plugin: ManagedPlugin,
  request: ActionRequest | undefined,
  environment: PluginEnvironment,
  { signal, isInteractive = false, onProgress }: RunOptions,
): Promise<PluginRun> {
  const { clock, redactor } = environment;
  const started = clock.now();
  const requestId = randomUUID();
  const timestamp = new Date(clock.wallTime()).toISOString();
  const mask = (text: string): string => redactor.text(text);
  const { limitMs } = plugin;
  const end = new AbortController();
  // What the plugin hears of: a run that came to its end was not cancelled.
  const given = new AbortController();
  const giveUp = (error: ExternalMcpError): void => {
    end.abort(error);
    given.abort(error);
  };
  const timer = clock.after(limitMs, () => giveUp(timeoutError(plugin, limitMs)));
  const onAbort = (): void => giveUp(cancelledError(plugin));
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  const scope: RunScope = { signal: end.signal, isInteractive, onProgress, offers: [], attempts: 0, documents: 0 };
  let action = '';
  let outcome: Outcome;
  try {
    // Whoever asks may have been written in JavaScript, and left out even the request.
    action = nameIn(request);
    const found = findAction(plugin, action);
    action = found.name;
    const parameters = readParameters(found, request?.parameters);
    const own = { requestId, timestamp, action, parameters, context: { ...request?.context } };
    const work = runScope.run(scope, () => execute(plugin, own, given.signal));
    // cast: the reasons are ours, set above
    outcome = outcomeOf(await abortable(work, end.signal, () => end.signal.reason as ExternalMcpError), mask);
  } catch (error) {
    if (!(error instanceof ExternalMcpError)) plugin.note(error);
    outcome = failureOutcome(end.signal.aborted ? end.signal.reason : error, mask);
  } finally {
    timer.dispose();
    signal?.removeEventListener('abort', onAbort);
    // Whatever the plugin still waits for on behalf of this run.
    end.abort(cancelledError(plugin));
  }
  const { server, tool, attempts, offers } = scope;
  // As the plugin wrote them, which may be anything.
  const named = (value: unknown): string => redactor.text(String(value)).slice(0, LONGEST_NAME);
  const metadata = {
    action: named(action),
    ...(typeof server === 'string' ? { server: named(server) } : {}),
    ...(typeof tool === 'string' ? { tool: named(tool) } : {}),
    attempts: Math.max(attempts, 1),
    durationMs: clock.now() - started,
  };
  // cast: masking changes nothing but texts
  const masked = redactor.json(outcome) as Outcome;
  const shown = offers.map((offer) => ({ ...offer, title: redactor.text(offer.title) }));
  return { response: { requestId, timestamp, ...masked, metadata }, offers: shown };
}

/** The run of an action that could not even begin. */
export function refusedRun(
  error: ExternalMcpError,
  request: ActionRequest | undefined,
  { clock, redactor }: PluginEnvironment,
): PluginRun {
  let action = '';
  try {
    action = nameIn(request);
  } catch {
    // What is wrong is said already.
  }
  const timestamp = new Date(clock.wallTime()).toISOString();
  const metadata = { action: redactor.text(action).slice(0, LONGEST_NAME), attempts: 1, durationMs: 0 };
  // cast: masking changes nothing but texts
  const masked = redactor.json(failureOutcome(error)) as Outcome;
  return { response: { requestId: randomUUID(), timestamp, ...masked, metadata }, offers: [] };
}

/** Throws `validation`. */
function nameIn(request: { action?: unknown } | null | undefined): string {
  const action = request?.action;
  if (typeof action === 'string') return action;
  throw new ExternalMcpError('validation', t('The request has no "action", which names what is to be run.'));
}

async function execute(plugin: ManagedPlugin, request: api.PluginRequest, signal: AbortSignal): Promise<unknown> {
  const registered = await plugin.ready(signal);
  signal.throwIfAborted();
  return registered.execute(request, signalToken(signal));
}

function findAction({ contribution }: ManagedPlugin, name: string): api.PluginAction {
  const { actions, label, problem } = contribution;
  if (problem !== undefined) {
    throw new ExternalMcpError('config', t('The plugin “{0}” cannot be used: {1}.', label, problem));
  }
  const found = actions.find((action) => action.name === name || action.aliases.includes(name));
  if (found !== undefined) return found;
  const names = actions.map((action) => action.name);
  const similar = closest(String(name), names);
  throw new ExternalMcpError(
    'validation',
    similar === undefined
      ? t('The plugin “{0}” has no action “{1}”. It has {2}.', label, String(name).slice(0, 100), names.join(', '))
      : t('The plugin “{0}” has no action “{1}”. Did you mean “{2}”?', label, String(name).slice(0, 100), similar),
  );
}

/** A copy, so that nobody changes what was checked. */
function readParameters({ name, parameters: schema }: api.PluginAction, given: object = {}): Record<string, unknown> {
  let parameters: Record<string, unknown>;
  try {
    parameters = structuredClone({ ...given }) as Record<string, unknown>;
  } catch {
    throw new ExternalMcpError('validation', t('The parameters of “{0}” are not plain data.', name));
  }
  const problems = schemaProblems(schema, parameters);
  if (problems.length === 0) return parameters;
  throw new ExternalMcpError(
    'validation',
    t('The parameters do not fit the action “{0}”: {1}. Change them and run it again.', name, problems.join('; ')),
  );
}

function timeoutError({ contribution }: ManagedPlugin, limitMs: number): ExternalMcpError {
  const message = t('The plugin “{0}” did not answer within {1} s.', contribution.label, limitMs / 1000);
  return new ExternalMcpError('timeout', message, { outcomeUnknown: true });
}

function cancelledError({ contribution }: ManagedPlugin): ExternalMcpError {
  return new ExternalMcpError('cancelled', t('The action of the plugin “{0}” was cancelled.', contribution.label));
}
