import { realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as vscode from 'vscode';
import type { Contributor } from '../../plugins/contribution.ts';

/** Installed extensions that say something of plugins, ours first: it is what others may not take the ids of. */
export function readContributors(own: vscode.Extension<unknown>, activateOwn: () => Promise<void>): Contributor[] {
  return vscode.extensions.all
    .filter(({ packageJSON }) => contributesPlugins(packageJSON))
    .map((extension): Contributor => ({
      id: extension.id,
      version: String((extension.packageJSON as { version?: unknown }).version),
      packageJson: extension.packageJSON,
      activate: () => (extension.id === own.id ? activateOwn() : Promise.resolve(extension.activate())),
    }))
    .toSorted((a, b) => Number(b.id === own.id) - Number(a.id === own.id));
}

function contributesPlugins(packageJson: unknown): boolean {
  const { contributes } = packageJson as { contributes?: { externalMcpPlugins?: unknown } };
  return contributes?.externalMcpPlugins !== undefined;
}

/**
 * Id of the extension whose code is nearest on the stack, ours aside; undefined where there is none. All extensions get the same API object, and
 * this is the one way to tell who calls.
 */
export function callingExtension(stack: string, own: vscode.Extension<unknown>): string | undefined {
  const folders = vscode.extensions.all
    .filter(({ id }) => id !== own.id)
    .flatMap(({ id, extensionPath }) => realPaths(extensionPath).map((folder) => ({ id, folder: folder + sep })));
  for (const line of stack.split('\n').slice(1)) {
    const path = pathIn(line);
    const found = path === undefined ? undefined : folders.find(({ folder }) => path.startsWith(folder));
    if (found !== undefined) return found.id;
  }
  return undefined;
}

/** The file that a line of a stack speaks of: `at name (/path/file.js:1:2)`, `at file:///path/file.js:1:2`. */
function pathIn(line: string): string | undefined {
  const place = /(?:\(|at (?:async )?)((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()]*?):\d+:\d+\)?$/.exec(line)?.[1];
  return place?.startsWith('file://') ? fileURLToPath(place) : place;
}

/** An extension under development may lie behind a link, which the stack does not show. */
function realPaths(folder: string): string[] {
  try {
    return [...new Set([folder, realpathSync(folder)])];
  } catch {
    return [folder];
  }
}
