import { readdir, readFile } from 'node:fs/promises';

/** A variable that every server of the in-host suite has in its environment, by which its processes are found. */
export const markVariable = 'MARKED_BY_TEST';

/** Processes with this mark in their environment, wherever they hang in the tree of processes. Linux. */
export async function processesMarked(mark: string): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => Number.isInteger(pid) && pid !== process.pid);
  const marked = await Promise.all(
    pids.map(async (pid) => {
      // A process that ends meanwhile cannot be read, and a zombie has no environment.
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      return environment.split('\0').includes(`${markVariable}=${mark}`);
    }),
  );
  return pids.filter((_pid, index) => marked[index]);
}
