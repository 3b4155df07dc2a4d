import type { Caller, ToolResult } from './callers.ts';
import { FLOOD, LARGE_BYTES, OBJECTS, PARALLEL, PROGRESS_FLOOD } from './sizes.ts';

/** What one process does once while it is measured. Rejects when anything of it was lost. */
export type Task = (caller: Caller) => Promise<void>;

export const tasks = {
  'log-flood': logFlood,
  'progress-flood': progressFlood,
  parallel,
  'string-json': async (caller) => checkString(await caller.callTool('string-json', {})),
  'string-sse': async (caller) => checkString(await caller.callTool('string-sse', {})),
  'objects-json': async (caller) => checkObjects(await caller.callTool('objects-json', {})),
  'objects-sse': async (caller) => checkObjects(await caller.callTool('objects-sse', {})),
} satisfies Record<string, Task>;

export type TaskName = keyof typeof tasks;

export function isTask(name: string | undefined): name is TaskName {
  return name !== undefined && Object.hasOwn(tasks, name);
}

/** Calls `echo` once. */
export async function echo(caller: Caller, message: string): Promise<void> {
  const answer = firstText(await caller.callTool('echo', { message }));
  if (!answer.endsWith(message)) throw new Error(`Not the echo of “${message}”: ${answer}`);
}

async function logFlood(caller: Caller): Promise<void> {
  const before = caller.logged();
  await caller.callTool('log-flood', {});
  expectAll(caller.logged() - before, FLOOD, 'log messages came before the answer');
}

async function progressFlood(caller: Caller): Promise<void> {
  let came = 0;
  await caller.callTool('progress-flood', {}, () => (came += 1));
  // The plain library may lose the last, which it hands out a turn later than the answer.
  expectAll(came, PROGRESS_FLOOD - 1, 'progress notifications came before the answer');
}

async function parallel(caller: Caller): Promise<void> {
  // Each has an answer of its own; one that is lost rejects.
  await Promise.all(Array.from({ length: PARALLEL }, (_, index) => echo(caller, `number ${index}`)));
}

function checkString(result: ToolResult): void {
  // What is escaped on the wire is shorter here.
  expectAll(firstText(result).length, LARGE_BYTES * 0.9, 'characters came');
}

function checkObjects({ structuredContent }: ToolResult): void {
  const { rows } = structuredContent as { rows: readonly unknown[] };
  expectAll(rows.length, OBJECTS, 'objects came');
}

function expectAll(came: number, sent: number, what: string): void {
  if (came < sent) throw new Error(`${came} of ${sent} ${what}`);
}

function firstText({ content: [first] }: ToolResult): string {
  if (typeof first === 'object' && first !== null && 'text' in first && typeof first.text === 'string')
    return first.text;
  throw new Error('The answer has no text');
}
