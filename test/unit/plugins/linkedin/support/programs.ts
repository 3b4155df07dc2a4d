import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { serverScript } from '../../../../servers/start.ts';

/** What the flavours fetch by default, and the double that stands for it. */
const packages = {
  uvx: { 'mcp-server-linkedin@latest': 'browser', 'linkedin-scraper-mcp@2.3.7': 'cookie' },
  npx: { '-y @horizondatawave/mcp@0.3.0': 'token' },
};

/** Puts programs named uvx and npx before all others on PATH, which run our doubles instead of fetching anything; disposing takes them away. */
export function installPrograms(): { dispose(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'external-mcp-uvx-'));
  for (const [program, doubles] of Object.entries(packages)) {
    const cases = Object.entries(doubles).map(([words, double]) => {
      const skip = words.split(' ').length;
      return `"${words}"*) shift ${skip}; exec "${process.execPath}" "${serverScript(`linkedin/${double}`)}" "$@" ;;`;
    });
    const script = `#!/bin/sh\ncase "$*" in\n${cases.join('\n')}\nesac\necho "$0 has no $*" >&2\nexit 9\n`;
    writeFileSync(join(folder, program), script);
    chmodSync(join(folder, program), 0o755);
  }
  const before = process.env['PATH'];
  process.env['PATH'] = [folder, before].join(delimiter);
  return {
    dispose() {
      process.env['PATH'] = before;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
