import { format } from 'node:util';
import Mocha from 'mocha';
import { CountReporter } from '../countReporter.ts';
import { inHostMark } from '../inHostMark.ts';

/** Runs the tests that `load` registers, inside the extension host. Rejects when one failed: VS Code exits with 1 then. */
export async function runSuite(load: readonly (() => Promise<unknown>)[]): Promise<void> {
  markConsole();
  const grep = process.env['EXTERNAL_MCP_TEST_GREP'];
  const mocha = new Mocha({ reporter: CountReporter, timeout: 20_000, forbidOnly: true, ...(grep ? { grep } : {}) });
  mocha.suite.emit(Mocha.Suite.constants.EVENT_FILE_PRE_REQUIRE, globalThis, '', mocha);
  for (const importFile of load) await importFile();
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} tests failed`);
}

/** VS Code mixes what is printed here with its own log, so each line gets a mark; the adapter prints those alone. */
function markConsole(): void {
  for (const level of ['log', 'info', 'warn', 'error'] as const) {
    const print = console[level].bind(console);
    const value = (...args: unknown[]): void => print(format(...args).replaceAll(/^/gm, inHostMark));
    Object.defineProperty(console, level, { value }); // VS Code's own property ignores assignment.
  }
  Mocha.reporters.Base.consoleLog = console.log; // mocha took the function when it was loaded.
}
