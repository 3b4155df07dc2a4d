import { createContext, Script } from 'node:vm';

const CODE = new Script('work()');
/** Of the time of a run: with less on the processors, this process had to wait for others. */
const OWN_SHARE = 0.9;
/** Not every host of ours has both. */
const meters: Partial<Pick<NodeJS.Process, 'threadCpuUsage'>> & Pick<NodeJS.Process, 'cpuUsage'> = process;
const global: { work: () => void } = { work() {} };
let isContext = false;

/**
 * Runs something that may not come to an end, such as a person's own expression; undefined when it took longer, or went
 * deeper than the engine can remember. What it had begun is left as it was at that moment, so it must not change what others use. Costs
 * 0.3 ms, for a thread that watches; protects from nothing else.
 *
 * The engine looks for this end while it backtracks, which no check of ours before or after an expression could do.
 * @param ms whole number from 1 on
 */
export function withinTime<T>(ms: number, work: () => T): { value: T } | undefined {
  const outcome = run(ms, work);
  return typeof outcome === 'object' ? outcome : undefined;
}

function run<T>(ms: number, work: () => T): { value: T } | 'too long' | 'too deep' {
  let result: { value: T } | undefined;
  if (!isContext) createContext(global);
  isContext = true;
  global.work = () => {
    result = { value: work() };
  };
  try {
    CODE.runInContext(global, { timeout: ms });
    return result ?? 'too long';
  } catch (error) {
    if (isTimeout(error)) return 'too long';
    if (error instanceof RangeError) return 'too deep';
    throw error;
  } finally {
    global.work = () => {};
  }
}

/**
 * As `withinTime`, but where it took longer because the machine was busy with others, once more with `moreMs`: a schema that is slow itself does
 * not cost the longer time.
 */
export function withinFairTime<T>(ms: number, moreMs: number, work: () => T): { value: T } | undefined {
  const before = ownUsage();
  const outcome = run(ms, work);
  if (typeof outcome === 'object') return outcome;
  const { user, system } = ownUsage(before);
  // By its word, not by the time: the engine's clock may be a little ahead of ours.
  const hadToWait = outcome === 'too long' && (user + system) / 1000 < ms * OWN_SHARE;
  return hadToWait ? withinTime(moreMs, work) : undefined;
}

/** Of this thread, where that can be told; of the process, the work of other threads counts as ours. */
function ownUsage(before?: NodeJS.CpuUsage): NodeJS.CpuUsage {
  return meters.threadCpuUsage?.(before) ?? meters.cpuUsage(before);
}

function isTimeout(error: unknown): boolean {
  // An error of that other world, and so no instance of ours.
  return (
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
