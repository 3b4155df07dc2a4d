import type { Page } from 'playwright-core';
import type { VscodeServer } from './vscodeServer.ts';

const readyTimeout = 60_000;

/** What `--enable-smoke-test-driver` puts on the page. */
type Driver = { whenWorkbenchRestored(): Promise<void> };
type DriverWindow = { readonly driver?: Driver };

/** User settings that keep the workbench from talking about itself. */
export const quietSettings: Readonly<Record<string, unknown>> = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.showReleaseNotes': false,
  'window.commandCenter': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
};

/** Where a folder opens; `payload` holds what a desktop VS Code takes from its command line. */
export function workbenchUrl(server: VscodeServer, folder: string, payload: readonly [string, string][] = []): string {
  const url = new URL(server.url);
  url.searchParams.set('folder', folder);
  if (payload.length > 0) url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}

/** Waits until VS Code says that its window is restored. */
export async function workbenchReady(page: Page): Promise<void> {
  const find = (): Driver | undefined => (globalThis as DriverWindow).driver;
  const driver = await page.waitForFunction(find, undefined, { timeout: readyTimeout });
  await driver.evaluate((found) => found?.whenWorkbenchRestored());
}

/**
 * Closes the window as a user does, so that extensions are deactivated: a page that merely goes away keeps its extension
 * host for hours. Resolves when that has ended.
 */
export async function closeWorkbench(page: Page, server: VscodeServer): Promise<void> {
  await page.evaluate(shutDown).catch(() => {
    // The page is gone before it answers, or was never loaded.
  });
  await server.extensionHostsEnded();
}

/** Runs in the page. Names of private members differ from build to build, so the lifecycle service is known by what it can do. */
function shutDown(): Promise<void> | undefined {
  const driver: object = (globalThis as DriverWindow).driver ?? {};
  const services: { shutdown?(): Promise<void> }[] = Object.values(driver);
  return services.find((service) => typeof service.shutdown === 'function')?.shutdown?.();
}
