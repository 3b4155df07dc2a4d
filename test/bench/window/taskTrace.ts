import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';

const traceSchema = z.object({
  traceEvents: z.array(
    z.object({
      name: z.string(),
      ph: z.string(),
      pid: z.number(),
      tid: z.number(),
      /** Microseconds on the browser's clock. */
      ts: z.number(),
      /** Microseconds of the thread's processor time. */
      tdur: z.number().optional(),
    }),
  ),
});

const MARK = 'bench-clock';
const TASK = 'ThreadControllerImpl::RunTask';

/**
 * Records the tasks of a page's main thread with the processor time that each took: on a machine that is busy, a task
 * may last long because it waits for a processor, and only the browser knows which part that was.
 */
export class TaskTrace {
  readonly #browser: Browser;
  /** Milliseconds since the epoch at which the mark was set. */
  readonly #markedAt: number;

  private constructor(browser: Browser, markedAt: number) {
    this.#browser = browser;
    this.#markedAt = markedAt;
  }

  static async start(browser: Browser, page: Page): Promise<TaskTrace> {
    await browser.startTracing(page, { categories: ['toplevel', 'blink.user_timing'] });
    const markedAt = await page.evaluate((mark) => performance.timeOrigin + performance.mark(mark).startTime, MARK);
    return new TaskTrace(browser, markedAt);
  }

  /** Ends it. The most processor time of any one task since `at`, ours or VS Code's own, both in milliseconds. */
  async mostProcessorTime(at: number): Promise<number> {
    const { traceEvents } = traceSchema.parse(JSON.parse((await this.#browser.stopTracing()).toString()));
    const mark = traceEvents.find(({ name }) => name === MARK);
    if (mark === undefined) throw new Error('The trace does not have the mark');
    const from = mark.ts + (at - this.#markedAt) * 1000;
    const times = traceEvents
      .filter(({ name, ph, pid, tid }) => name === TASK && ph === 'X' && pid === mark.pid && tid === mark.tid)
      .filter(({ ts }) => ts >= from)
      .map(({ tdur = 0 }) => tdur / 1000);
    return Math.max(0, ...times);
  }
}
