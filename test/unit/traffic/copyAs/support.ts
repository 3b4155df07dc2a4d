import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { copyAs } from '../../../../src/traffic/copyAs/copyAs.ts';
import type { CopiedHttp, CopiedRequest, CopyFormat } from '../../../../src/traffic/copyAs/copiedRequest.ts';
import { serve } from '../../client/support.ts';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));

/** A request over HTTP whose entry is its body. */
export function httpRequest(http: Partial<CopiedHttp> = {}, more: Partial<CopiedRequest> = {}): CopiedRequest {
  const { body = '{}' } = http;
  return {
    server: 'alpha',
    raw: body,
    json: body,
    isMasked: false,
    http: { method: 'POST', target: '/mcp', headers: [], body, ...http },
    ...more,
  };
}

/** What is copied; fails where there is nothing. */
export function copied(format: CopyFormat, request: CopiedRequest): string {
  const result = copyAs(format, request);
  if (!result.ok) throw new Error(result.message);
  return result.text;
}

/** Runs what was copied, with the placeholders filled in, and resolves with the bytes it wrote. */
export async function run(
  format: 'curl' | 'fetch' | 'sdk',
  text: string,
  env: Record<string, string> = {},
  shell = 'bash',
): Promise<Buffer> {
  // Within the repository, so that packages are found.
  await mkdir(join(repository, 'out'), { recursive: true });
  const folder = await mkdtemp(join(repository, 'out/copied-'));
  try {
    const file = join(folder, format === 'curl' ? 'copied.sh' : format === 'fetch' ? 'copied.mjs' : 'copied.mts');
    await writeFile(file, text);
    const child = spawn(format === 'curl' ? shell : process.execPath, [file], {
      env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 20_000,
    });
    const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
    const [stdout, stderr] = await Promise.all([buffer(child.stdout), buffer(child.stderr)]);
    const code = await exited;
    if (code !== 0) throw new Error(`${format} ended with ${code}: ${stderr.toString()}`);
    return stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What a server has got. */
export interface Got {
  method: string;
  target: string;
  /** Names and values in turn, as they came. */
  headers: readonly string[];
  body: Buffer;
}

/** A server that keeps what it gets and answers with the same bytes. */
export async function keeper(): Promise<{ origin: string; got: Got[] }> {
  const got: Got[] = [];
  const url = await serve((request, response) => {
    void buffer(request).then((body) => {
      got.push({ method: request.method ?? '', target: request.url ?? '', headers: request.rawHeaders, body });
      response.end(body);
    });
  });
  return { origin: new URL(url).origin, got };
}

/** The value of a header that came; undefined where there was none. */
export function headerOf({ headers }: Got, name: string): string | undefined {
  const index = headers.findIndex((text, position) => position % 2 === 0 && text.toLowerCase() === name);
  return index === -1 ? undefined : headers[index + 1];
}

/** The result in an answer, which is JSON or an event stream. */
export function resultIn(answer: string): unknown {
  const json = /^(?:data: ?)?(\{.*\})\r?$/m.exec(answer)?.[1] ?? '';
  return (JSON.parse(json) as { result: unknown }).result;
}
