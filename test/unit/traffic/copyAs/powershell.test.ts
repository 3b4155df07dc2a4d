import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { copied, httpRequest } from './support.ts';

const golden = new URL('powershell.golden.ps1', import.meta.url);

describe('What is copied as PowerShell', () => {
  it('is the script in the golden file', async () => {
    const hostile = httpRequest(
      {
        origin: 'http://127.0.0.1:3000',
        target: `/mcp?q='$(id)'`,
        headers: [
          { name: 'accept', value: 'application/json, text/event-stream' },
          { name: 'Content-Type', value: 'application/json; charset="utf-8"' },
          { name: 'authorization', value: '*************' },
          { name: 'x-user', value: 'Bearer ******** $env:PATH ‘a’' },
          { name: 'X-Twice', value: 'one' },
          { name: 'x-twice', value: `t'wo` },
          { name: 'content-length', value: '9' },
        ],
        body: `{"quotes":"' ‘ ’ ‚ ‛ \\" “","expand":"$HOME $(id) \`n","lines":"\n\t\r\0","token":"******","unicode":"ä漢🙂"}`,
      },
      { isMasked: true },
    );
    const { body: _body, ...plain } = {
      method: 'GET',
      target: '/sse',
      headers: [],
      origin: 'http://[::1]:1',
      body: '',
    };
    const scripts = [copied('powershell', hostile), copied('powershell', httpRequest({}, { http: plain }))];
    const text = scripts.join('\n');
    if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(golden, text);
    assert.equal(text, await readFile(golden, 'utf8'));
  });
});
