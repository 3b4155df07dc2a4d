import * as vscode from 'vscode';

/** The pages that esbuild puts into `dist/webview`. */
export type PageName = 'inspector' | 'toolCall';

/** What a page may load. */
export function pageOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  const localResourceRoots = [
    vscode.Uri.joinPath(extensionUri, 'dist', 'webview'),
    vscode.Uri.joinPath(extensionUri, 'media'),
  ];
  return { enableScripts: true, localResourceRoots };
}

/** The document of a page under a policy that allows our own script and styles and nothing else; images and sound only as data. */
export function pageHtml(webview: vscode.Webview, extensionUri: vscode.Uri, page: PageName, title: string): string {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64');
  const script = webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', 'webview', `${page}.js`));
  const styles = webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'media', 'webview.css'));
  const policy = [
    `default-src 'none'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `script-src 'nonce-${nonce}'`,
    `img-src data:`,
    `media-src data:`,
  ].join('; ');
  return `<!doctype html>
<html lang="${escape(vscode.env.language)}">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <title>${escape(title)}</title>
    <link rel="stylesheet" href="${styles.toString()}" />
  </head>
  <body>
    <div id="app"></div>
    <script type="application/json" id="l10n">${translations()}</script>
    <script nonce="${nonce}" src="${script.toString()}"></script>
  </body>
</html>`;
}

/** The bundle of the display language, for the page's own texts; in English there is none. */
function translations(): string {
  // A closing tag inside a string must not end the script element.
  return JSON.stringify(vscode.l10n.bundle ?? {}).replaceAll('<', '\\u003c');
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The icon of a panel's tab, which VS Code draws as it is: one for each kind of theme. */
export function pageIcon(extensionUri: vscode.Uri): { light: vscode.Uri; dark: vscode.Uri } {
  const icon = (kind: string): vscode.Uri => vscode.Uri.joinPath(extensionUri, 'media', `panel-${kind}.svg`);
  return { light: icon('light'), dark: icon('dark') };
}
