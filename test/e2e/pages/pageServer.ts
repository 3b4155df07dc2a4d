import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { repositoryRoot } from '../../host/paths.ts';

/** Themes whose colours are in `themes/`, as VS Code 1.139 sets them, and the class that VS Code puts on the body with each. */
export const themes = {
  'dark-modern': 'vscode-dark',
  'light-modern': 'vscode-light',
  'hc-dark': 'vscode-high-contrast',
  'hc-light': 'vscode-high-contrast vscode-high-contrast-light',
} as const;
export type Theme = keyof typeof themes;
export type PageName = 'inspector' | 'toolCall';

export interface PageServer {
  /** Address of a page; `query` is read by the fake host. */
  url(page: PageName, theme: Theme, query?: Record<string, string>): string;
  /** Bytes of a page's script, minified. */
  readonly sizes: Readonly<Record<PageName, number>>;
  close(): Promise<void>;
}

/** Serves both pages, built as for production and under its Content-Security-Policy, with a fake host instead of VS Code. */
export async function startPageServer(): Promise<PageServer> {
  const scripts = {
    inspector: await bundle('src/webview/inspector/main.ts'),
    toolCall: await bundle('src/webview/toolCall/main.ts'),
    fakeHost: await bundle('test/e2e/pages/fakeHost.ts'),
  };
  const server = createServer((request, response) => {
    respond(new URL(request.url ?? '/', 'http://localhost'))
      .then(({ type, body, policy }) => {
        response.setHeader('content-type', `${type}; charset=utf-8`);
        if (policy !== undefined) response.setHeader('content-security-policy', policy);
        response.end(body);
      })
      .catch((error: unknown) => response.writeHead(404).end(String(error)));
  });

  async function respond({ pathname, searchParams }: URL): Promise<{ type: string; body: string; policy?: string }> {
    const name = pathname.slice(1).replace('.js', '');
    if (Object.hasOwn(scripts, name) && pathname.endsWith('.js')) {
      return { type: 'text/javascript', body: scripts[name as keyof typeof scripts] };
    }
    if (pathname === '/webview.css')
      return { type: 'text/css', body: await readFile(join(repositoryRoot, 'media/webview.css'), 'utf8') };
    const theme = Object.keys(themes).find(
      (key) => key === (searchParams.get('theme') ?? pathname.slice(1, -4)),
    ) as Theme;
    if (pathname.endsWith('.css')) {
      return { type: 'text/css', body: await readFile(join(import.meta.dirname, `themes/${theme}.css`), 'utf8') };
    }
    if (name !== 'inspector' && name !== 'toolCall') throw new Error(`No page ${name}`);
    const nonce = randomBytes(16).toString('base64');
    const policy = `default-src 'none'; style-src ${origin}; script-src 'nonce-${nonce}'; font-src ${origin}; img-src data:; media-src data:`;
    return { type: 'text/html', body: document(name, theme, nonce), policy };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A TCP server's address is an object.
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: (page, theme, query = {}) => `${origin}/${page}?${new URLSearchParams({ theme, ...query })}`,
    sizes: { inspector: scripts.inspector.length, toolCall: scripts.toolCall.length },
    close: () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
}

function document(page: PageName, theme: Theme, nonce: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>${page}</title>
    <link rel="stylesheet" href="/${theme}.css" />
    <link rel="stylesheet" href="/webview.css" />
  </head>
  <body class="${themes[theme]}">
    <div id="app"></div>
    <script nonce="${nonce}" src="/fakeHost.js"></script>
    <script nonce="${nonce}" src="/${page}.js"></script>
  </body>
</html>`;
}

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(repositoryRoot, entry)],
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}
