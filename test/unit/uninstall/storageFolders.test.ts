import assert from 'node:assert/strict';

import { storageFolders } from '../../../src/uninstall/storageFolders.ts';

const installed = 'extensions/external-mcp.external-mcp-1.0.0';
const storage = 'User/globalStorage/external-mcp.external-mcp';
const home = '/home/me';

describe('The global storage of an extension that was uninstalled', () => {
  const desktops: [string, NodeJS.Platform, NodeJS.ProcessEnv, string][] = [
    ['.vscode', 'linux', {}, '/home/me/.config/Code'],
    ['.vscode', 'linux', { XDG_CONFIG_HOME: '/etc/mine' }, '/etc/mine/Code'],
    ['.vscode', 'linux', { XDG_CONFIG_HOME: '' }, '/home/me/.config/Code'],
    ['.vscode', 'darwin', {}, '/home/me/Library/Application Support/Code'],
    ['.vscode', 'darwin', { VSCODE_APPDATA: '/moved' }, '/moved/Code'],
    ['.vscode-insiders', 'linux', {}, '/home/me/.config/Code - Insiders'],
    ['.vscode-oss', 'linux', {}, '/home/me/.config/VSCodium'],
    ['.vscode-oss', 'linux', {}, '/home/me/.config/Code - OSS'],
    ['.cursor', 'darwin', {}, '/home/me/Library/Application Support/Cursor'],
    ['.windsurf', 'linux', {}, '/home/me/.config/Windsurf'],
  ];
  for (const [product, platform, env, userData] of desktops) {
    it(`of ~/${product} on ${platform} with ${JSON.stringify(env)} is in ${userData}`, () => {
      const folders = storageFolders(`${home}/${product}/${installed}`, { platform, env, home });
      assert.ok(folders.includes(`${userData}/${storage}`), folders.join('\n'));
    });
  }

  it('is in APPDATA on Windows', () => {
    const home = 'C:\\Users\\me';
    const extension = `${home}\\.vscode\\extensions\\external-mcp.external-mcp-1.0.0`;
    const tail = 'Code\\User\\globalStorage\\external-mcp.external-mcp';
    const of = (env: NodeJS.ProcessEnv): string | undefined =>
      storageFolders(extension, { platform: 'win32', env, home }).at(-1);
    assert.equal(of({ APPDATA: 'D:\\Roaming' }), `D:\\Roaming\\${tail}`);
    assert.equal(of({}), `${home}\\AppData\\Roaming\\${tail}`);
  });

  const besides: [string, string, string][] = [
    ['a server', '/home/me/.vscode-server', '/home/me/.vscode-server/data'],
    ['a server elsewhere', '/srv/code', '/srv/code/data'],
    ['a portable editor', '/opt/code/data', '/opt/code/data/user-data'],
    ['an editor with one folder for all', '/home/me/.local/share/code-server', '/home/me/.local/share/code-server'],
  ];
  for (const [what, product, userData] of besides) {
    it(`of ${what} is beside the extensions`, () => {
      const folders = storageFolders(`${product}/${installed}`, { platform: 'linux', env: {}, home });
      assert.ok(folders.includes(`${userData}/${storage}`), folders.join('\n'));
    });
  }

  it('is never that of another editor, which may still have the extension', () => {
    const of = (product: string): string[] =>
      storageFolders(`${product}/${installed}`, { platform: 'linux', env: {}, home }).filter((folder) =>
        folder.includes('/.config/'),
      );
    assert.deepEqual(of('/home/me/.vscode'), [`/home/me/.config/Code/${storage}`]);
    assert.deepEqual(of('/somewhere/else/.vscode'), []);
    assert.deepEqual(of('/home/me/extensions'), []);
  });
});
