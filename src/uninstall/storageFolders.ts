import { posix, win32 } from 'node:path';

/** Publisher and name, as VS Code names the folder of an extension's global storage. */
const EXTENSION = 'external-mcp.external-mcp';

/** Where editors keep the data of their users whose folder in the home does not give their name. VSCodium shares one with Code - OSS. */
const USER_DATA: Readonly<Record<string, readonly string[]>> = {
  '.vscode': ['Code'],
  '.vscode-insiders': ['Code - Insiders'],
  '.vscode-exploration': ['Code - Exploration'],
  '.vscode-oss': ['VSCodium', 'Code - OSS'],
  '.vscodium-insiders': ['VSCodium - Insiders'],
};

interface Surroundings {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  /** The user's folder. */
  home: string;
}

/**
 * Where the global storage of the extension may be, by where the extension is installed: VS Code does not tell its uninstall hook. Of
 * other editors on the machine none is named, as they may still have the extension. Storage that was moved away from its extensions by
 * `--user-data-dir` or `--extensions-dir` is not among them; there, what VS Code itself does must do.
 * @param extension the folder of the extension, such as `~/.vscode/extensions/external-mcp.external-mcp-1.0.0`
 */
export function storageFolders(extension: string, { platform, env, home }: Surroundings): string[] {
  const path = platform === 'win32' ? win32 : posix;
  const product = path.dirname(path.dirname(extension));
  // Beside the extensions: of a server, of a portable editor, of one folder for all.
  const besides = [path.join(product, 'data'), path.join(product, 'user-data'), product];
  const name = path.basename(product);
  const isDesktop = path.dirname(product) === home && name.startsWith('.');
  const desktop = isDesktop ? (USER_DATA[name] ?? namesOf(name.slice(1))) : [];
  const config = configFolder({ platform, env, home }, path);
  return [...besides, ...desktop.map((each) => path.join(config, each))].map((userData) =>
    path.join(userData, 'User', 'globalStorage', EXTENSION),
  );
}

/** `.cursor` belongs to Cursor. */
function namesOf(name: string): string[] {
  return [name, name.charAt(0).toUpperCase() + name.slice(1)];
}

function configFolder({ platform, env, home }: Surroundings, path: typeof posix): string {
  // An empty variable counts as none.
  const moved = env['VSCODE_APPDATA'] || undefined;
  if (moved !== undefined) return moved;
  if (platform === 'win32') return env['APPDATA'] || path.join(home, 'AppData', 'Roaming');
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support');
  return env['XDG_CONFIG_HOME'] || path.join(home, '.config');
}
