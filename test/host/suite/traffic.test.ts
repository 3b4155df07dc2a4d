import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ApiV1, TrafficEntry } from '../../../src/api.ts';
import { define, program, undefine } from './support/definitions.ts';
import { getApi } from './support/extension.ts';
import { describeTrusted } from './support/trust.ts';

describeTrusted('Recorded traffic', () => {
  let api: ApiV1;
  let folder: string;

  before(async () => {
    api = await getApi();
    folder = await mkdtemp(join(tmpdir(), 'external-mcp-traffic-'));
    await define(api, { echo: program('echo'), wrong: program('wrongId') });
    api.traffic.clear();
    await api.startServer('echo');
    await api.callTool('echo', 'echo', { message: 'höchst "genau"\n' });
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await undefine(api);
    await rm(folder, { recursive: true });
  });

  it('begins with the process, marks where a session begins, and knows when everything happened', () => {
    const entries = api.traffic.entries('server:echo');
    assert.match(text(entries[0]), /^spawned pid \d+/);
    const session = entries.find((entry) => text(entry).startsWith('session '));
    assert.ok(session?.sessionId !== undefined && text(session).includes(session.sessionId));
    const times = entries.map(({ time }) => time);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
  });

  it('is filtered in the language of the inspector, bodies and all', () => {
    const [request, ...others] = api.traffic.entries('server:echo direction:sent höchst');
    assert.deepEqual([request?.method, request?.tool, others], ['tools/call', 'echo', []]);
    const answer = api.traffic.entries(`id:#${request?.pairedWith}`);
    assert.equal(answer[0]?.kind, 'response');
    assert.throws(() => api.traffic.entries('nonsense:1'), /“nonsense:” is not a filter word/);
  });

  it('is exported as lines that hold everything, and as an HTTP archive', async () => {
    const [header, ...lines] = (await api.traffic.export('jsonl', 'server:echo')).trimEnd().split('\n');
    assert.match(String(header), /"external-mcp-traffic"/);
    assert.equal(lines.length, api.traffic.entries('server:echo').length);
    const archive = JSON.parse(await api.traffic.export('har', 'server:echo method:tools/call')) as {
      log: { version: string; entries: { request: { method: string; postData?: { text: string } } }[] };
    };
    assert.equal(archive.log.version, '1.2');
    assert.match(String(archive.log.entries[0]?.request.postData?.text), /höchst/);
  });

  it('is inspected again as a file, with no server anywhere', async () => {
    const path = join(folder, 'copy.mcptraffic');
    await writeFile(path, await api.traffic.export('jsonl'));
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path));
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(input instanceof vscode.TabInputCustom);
    assert.equal(input.viewType, 'externalMcp.trafficFile');
  });

  it('says which rule of the specification an answer breaks', async () => {
    await api.startServer('wrong');
    await assert.rejects(api.callTool('wrong', 'echo', {}, { timeoutMs: 2000 }));
    const noted = await until(() => api.traffic.entries('server:wrong note:error'));
    assert.ok(noted.some(({ notes }) => notes.some(({ rule, section }) => rule !== '' && section !== undefined)));
  });
});

function text(entry: TrafficEntry | undefined): string {
  return new TextDecoder().decode(entry?.raw);
}

/** Asks until there is something: remarks are made behind the traffic. */
async function until(look: () => readonly TrafficEntry[]): Promise<readonly TrafficEntry[]> {
  for (;;) {
    const found = look();
    if (found.length > 0) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
