import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, FrameLocator, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { ensureHost } from './installHost.ts';
import { outFolder, packagedExtension } from './paths.ts';
import type { VscodeServer } from './vscodeServer.ts';
import { startVscodeServer } from './vscodeServer.ts';
import { closeWorkbench, quietSettings, workbenchReady, workbenchUrl } from './workbench.ts';

const themes = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  highContrast: 'Default High Contrast',
  highContrastLight: 'Default High Contrast Light',
};

/** Milliseconds that an open palette gets to show a command, and how often it is opened before that counts as a failure. */
const paletteTimeout = 2_000;
const paletteAttempts = 10;

/** One of VS Code's themes. */
export type Theme = keyof typeof themes;

/** What to open. */
export type WindowOptions = {
  /** Absolute path of the folder to open. */
  readonly workspace: string;
  /** Default: the packaged extension. */
  readonly vsix?: string;
  /** User settings, besides those that keep the workbench quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Default: dark. */
  readonly theme?: Theme;
  /** Whether Workspace Trust is in force; the folder is not trusted then. Default: no. */
  readonly trust?: boolean;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly hostVersion?: string;
};

/** A real VS Code window with the packaged extension in it. */
export class VscodeWindow {
  readonly page: Page;
  readonly server: VscodeServer;
  readonly #browser: Browser;

  constructor(page: Page, server: VscodeServer, browser: Browser) {
    this.page = page;
    this.server = server;
    this.#browser = browser;
  }

  /** Where a second browser sees the same folder. */
  get url(): string {
    return this.page.url();
  }

  /**
   * Runs a command as people do: by its title (`Category: Title`) in the palette. The palette lists commands once, when it
   * opens, so it is opened anew until the extension's commands have been registered.
   */
  async runCommand(title: string): Promise<void> {
    // Keybinding and group may follow; a longer title, such as Restart for Start, is another command.
    const name = new RegExp(`^${RegExp.escape(title)}(?:,|$)`);
    const option = this.page.locator('.quick-input-list').getByRole('option', { name });
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press('F1');
      await this.page.locator('.quick-input-widget input').fill(`>${title}`);
      try {
        return await option.first().click({ timeout: paletteTimeout });
      } catch (error) {
        if (attempt === paletteAttempts) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** The document inside the webview that is visible. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready:visible').frameLocator('#active-frame');
  }

  /** Saves what the window shows as `out/<name>.png` and returns the path. */
  async screenshot(name: string): Promise<string> {
    await mkdir(outFolder, { recursive: true });
    const path = join(outFolder, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  /** Closes the window, then ends browser and server. */
  async close(): Promise<void> {
    await closeWorkbench(this.page, this.server);
    await this.#browser.close();
    await this.server.close();
  }
}

/** Opens a folder in a real VS Code window that has the packaged extension, and waits until it is ready. */
export async function openWindow(options: WindowOptions): Promise<VscodeWindow> {
  const theme = { 'workbench.colorTheme': themes[options.theme ?? 'dark'], 'window.autoDetectColorScheme': false };
  const server = await startVscodeServer({
    host: await ensureHost(options.hostVersion),
    vsix: options.vsix ?? packagedExtension,
    trust: options.trust ?? false,
    settings: { ...quietSettings, ...theme, ...options.settings },
  });
  let browser: Browser | undefined;
  try {
    browser = await launchBrowser();
    const page = await browser.newPage({ viewport: options.viewport ?? { width: 1280, height: 800 } });
    await page.goto(workbenchUrl(server, options.workspace));
    await workbenchReady(page);
    return new VscodeWindow(page, server, browser);
  } catch (error) {
    await browser?.close();
    await server.close();
    throw error;
  }
}
