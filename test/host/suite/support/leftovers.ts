import { readdir, readFile, readlink } from 'node:fs/promises';
import { processesMarked } from '../../markedProcesses.ts';
import { mark } from './definitions.ts';
import { untilNone } from './waiting.ts';

/** Processes of our servers, wherever they hang in the tree of processes. Linux. */
export function markedProcesses(): Promise<number[]> {
  return processesMarked(mark);
}

/** Fails when one of our servers' processes is still there. */
export function noProcessIsLeft(): Promise<void> {
  return untilNone(markedProcesses);
}

/** Children of this extension host, zombies too. */
export async function children(): Promise<number[]> {
  const tasks = await readdir('/proc/self/task');
  const lists = await Promise.all(tasks.map((task) => readFile(`/proc/self/task/${task}/children`, 'utf8')));
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
}

/** What this extension host has open: sockets, pipes and files, as `number target`. */
export async function openHandles(): Promise<string[]> {
  const numbers = await readdir('/proc/self/fd');
  const handles = numbers.map(
    async (number) => `${number} ${await readlink(`/proc/self/fd/${number}`).catch(() => '')}`,
  );
  // The folder itself was open while it was read.
  return (await Promise.all(handles)).filter((handle) => !/ (?:\/proc\/\d+\/(?:fd|task).*)?$/.test(handle));
}
