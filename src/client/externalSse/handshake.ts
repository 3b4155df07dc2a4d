import { isRecord } from '../../base/isRecord.ts';
import { SdkHttpError } from '@modelcontextprotocol/client';
import type { Clock } from '../../base/clock.ts';
import { ExternalMcpError, messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Channel, Reply } from './channel.ts';
import { isChallenged } from './errors.ts';
import { METHOD_NOT_FOUND } from '../rpcCodes.ts';
import type { Answer, RpcError } from './messages.ts';
import { initializeResult } from './shapes.ts';
import type { Variant } from './variant.ts';
import { within } from './within.ts';

/** Statuses with which servers of the listening variants meet a POST that does not name its connection. */
const NO_CONNECTION_STATUSES = new Set([400, 401, 404, 405]);

export interface HandshakeOptions {
  channel: Channel;
  url: URL;
  clock: Clock;
  log: Log;
  /** Milliseconds for a listening stream to greet us, and for each other question that a server may leave unanswered. */
  waitMs: number;
}

export type Handshake =
  | { readonly kind: 'refused'; readonly error: RpcError }
  | {
      readonly kind: 'done';
      readonly variant: Variant;
      /** MCP's result of `initialize`. */
      readonly result: Record<string, unknown>;
      /** The tools, where finding out the names has brought them. */
      readonly tools?: Answer;
    };

/** Finds out which variant is spoken and makes an ordinary `initialize` of it. Rejects with the refusal where none is. */
export async function shakeHands(
  options: HandshakeOptions,
  params: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<Handshake> {
  const { channel } = options;
  let listening: Variant['listening'] = 'none';
  const initialize = (id: string): Promise<Reply> => channel.ask({ id, method: 'initialize', params }, signal);
  const reply = await initialize('initialize').catch(async (refusal: unknown) => {
    if (!mayListen(refusal)) throw refusal;
    const greeted = await channel.listen(options.waitMs, signal);
    if (greeted === undefined) throw refusal;
    listening = greeted;
    return initialize('initialize-2');
  });
  const { answer, isStreamed } = reply;
  if ('error' in answer) {
    return answer.error.code === METHOD_NOT_FOUND
      ? withoutHandshake(options, listening, answer.error, signal)
      : { kind: 'refused', error: answer.error };
  }
  const tools = await seedTools(options, signal);
  const names = tools === undefined ? 'standard' : 'seed';
  if (names === 'seed') channel.confirmSession();
  const serverInfo = isRecord(answer.result) ? answer.result['serverInfo'] : undefined;
  const isNamed = isRecord(serverInfo) && typeof serverInfo['name'] === 'string';
  const result = initializeResult(
    answer.result,
    isNamed ? { version: '', ...serverInfo } : await infoFromHealth(options, signal),
  );
  return {
    kind: 'done',
    variant: { names, hasHandshake: true, listening, isStreamed },
    // A server that has just listed its tools has some, whatever it says.
    result:
      tools === undefined ? result : { ...result, capabilities: { tools: {}, ...asRecord(result['capabilities']) } },
    ...(tools === undefined ? {} : { tools }),
  };
}

function mayListen(refusal: unknown): boolean {
  return refusal instanceof SdkHttpError && NO_CONNECTION_STATUSES.has(refusal.status) && !isChallenged(refusal);
}

/** The tools by the seed's name, or undefined where it is not known: it stands for all the other names. */
async function seedTools(
  { channel, clock, log, waitMs }: HandshakeOptions,
  outer: AbortSignal,
): Promise<Answer | undefined> {
  try {
    const question = { id: 'list-tools', method: 'list_tools', params: {} };
    const { answer } = await within(clock, waitMs, outer, (signal) => channel.ask(question, signal));
    return 'result' in answer ? answer : undefined;
  } catch (error) {
    outer.throwIfAborted();
    // Servers meet an unknown method with silence, 400, 500 …: if more than that is wrong, the next request says so.
    log.debug(`No list_tools: ${messageOf(error)}`);
    return undefined;
  }
}

async function withoutHandshake(
  options: HandshakeOptions,
  listening: Variant['listening'],
  error: RpcError,
  signal: AbortSignal,
): Promise<Handshake> {
  const { channel } = options;
  const standard = await channel
    .ask({ id: 'tools-list', method: 'tools/list', params: {} }, signal)
    .catch((refusal: unknown) => {
      if (statusOf(refusal) === 400) return undefined;
      throw refusal;
    });
  const isStandard = standard !== undefined && 'result' in standard.answer;
  const reply = isStandard
    ? standard
    : await channel.ask({ id: 'list-tools', method: 'list_tools', params: {} }, signal);
  if ('error' in reply.answer) return { kind: 'refused', error };
  return {
    kind: 'done',
    variant: {
      names: isStandard ? 'standard' : 'seed',
      hasHandshake: false,
      listening,
      isStreamed: reply.isStreamed,
    },
    result: initializeResult(undefined, await infoFromHealth(options, signal)),
    tools: reply.answer,
  };
}

/** Who the server is, where it does not say: its health may, else its address has to do. */
async function infoFromHealth(
  { channel, url, clock, log, waitMs }: HandshakeOptions,
  outer: AbortSignal,
): Promise<Record<string, unknown>> {
  const unnamed = { name: url.host, version: '' };
  try {
    const health = await within(clock, waitMs, outer, (signal) => channel.health(signal));
    if (!isRecord(health) || typeof health['name'] !== 'string') return unnamed;
    return { name: health['name'], version: typeof health['version'] === 'string' ? health['version'] : '' };
  } catch (error) {
    outer.throwIfAborted();
    log.debug(`No health: ${messageOf(error)}`);
    return unnamed;
  }
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof SdkHttpError) return error.status;
  return error instanceof ExternalMcpError ? error.httpStatus : undefined;
}

function asRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
