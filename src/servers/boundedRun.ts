import { type Context, createContext, Script } from 'node:vm';

/** Made once, since a context costs milliseconds. */
let sandbox: Context | undefined;
const script = new Script('run()');

/**
 * Runs synchronous work that a stranger's data may make endless (a regular expression, a schema that refers to itself) and breaks it
 * off after `ms` milliseconds by throwing. Only V8's script timeout can interrupt such work; the sandbox protects from nothing else.
 */
export function boundedRun<T>(ms: number, work: () => T): T {
  sandbox ??= createContext();
  const results: T[] = [];
  Object.assign(sandbox, { run: () => void results.push(work()) });
  script.runInContext(sandbox, { timeout: ms });
  const [result] = results;
  if (result === undefined) throw new Error('The work ended without a result');
  return result;
}
