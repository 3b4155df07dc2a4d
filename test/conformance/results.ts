import { glob, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const checksSchema = z.array(
  z.object({
    name: z.string(),
    description: z.string(),
    status: z.enum(['SUCCESS', 'FAILURE', 'WARNING', 'SKIPPED', 'INFO']),
    errorMessage: z.string().optional(),
  }),
);

/** What became of one scenario. */
export interface Result {
  readonly scenario: string;
  readonly passed: boolean;
  /** What was found wanting, and what the client wrote to its standard error; empty where it passed. */
  readonly remarks: readonly string[];
}

/** Scenarios in which the client must not get through; in all others it must. The suite itself only looks at what was sent. */
const refused: readonly string[] = [
  'auth/scope-retry-limit',
  'auth/resource-mismatch',
  'auth/iss-supported-missing',
  'auth/iss-wrong-issuer',
  'auth/iss-unexpected',
  'auth/iss-normalized',
  'auth/metadata-issuer-mismatch',
];

/** Lines of the client's own output that explain a failure. */
const SHOWN_LINES = 20;
/** The suite names a folder `<scenario>-<time>`; one name may begin with another. */
const timeSuffix = /-\d{4}-\d{2}-\d{2}T[\d-]+Z$/;

/** The client scenarios that a revision requires, from the file in the suite's package that lists them. */
export async function scoredScenarios(requirements: string): Promise<string[]> {
  const lines = (await readFile(requirements, 'utf8')).split('\n');
  const rest = lines.slice(lines.indexOf('client:') + 1);
  const end = rest.findIndex((line) => /^\w/.test(line));
  return rest.slice(0, end).flatMap((line) => /^ {2}- (\S+)$/.exec(line)?.[1] ?? []);
}

/** Reads what the suite left in `folder`. A scenario of which nothing is there has failed. */
export async function readResults(folder: string, scenarios: readonly string[]): Promise<Result[]> {
  const folders = new Map<string, string>();
  for await (const file of glob('**/checks.json', { cwd: folder })) {
    const place = dirname(file);
    folders.set(place.replaceAll('\\', '/').replace(timeSuffix, ''), join(folder, place));
  }
  return Promise.all(scenarios.map((scenario) => readResult(scenario, folders.get(scenario))));
}

/** Stricter than the suite: a warning is a failure too, what checked nothing has not passed, and it counts how the client ended. */
async function readResult(scenario: string, folder: string | undefined): Promise<Result> {
  if (folder === undefined) return { scenario, passed: false, remarks: ['The suite left no result.'] };
  const checks = checksSchema.parse(JSON.parse(await readFile(join(folder, 'checks.json'), 'utf8')));
  const remarks = checks
    .filter(({ status }) => status === 'FAILURE' || status === 'WARNING')
    .map((check) => `${check.name}: ${check.errorMessage ?? check.description}`);
  if (!checks.some(({ status }) => status === 'SUCCESS')) remarks.push('Nothing was found good.');
  const expected = refused.includes(scenario) ? 'auth' : 'done';
  const ended = (await readFile(join(folder, 'stdout.txt'), 'utf8')).trimEnd().split('\n').at(-1);
  if (ended !== expected) remarks.push(`The client ended with “${ended}” instead of “${expected}”.`);
  if (remarks.length === 0) return { scenario, passed: true, remarks };
  const said = (await readFile(join(folder, 'stderr.txt'), 'utf8')).trimEnd().split('\n');
  return { scenario, passed: false, remarks: [...remarks, ...said.slice(0, SHOWN_LINES)] };
}
