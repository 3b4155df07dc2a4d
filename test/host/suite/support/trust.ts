import * as vscode from 'vscode';

/** Registers tests for a workspace that is trusted. */
export function describeTrusted(title: string, tests: () => void): void {
  if (vscode.workspace.isTrusted) describe(title, tests);
}

/** Registers tests for a workspace that is not: `runInHost.ts --untrusted`. */
export function describeUntrusted(title: string, tests: () => void): void {
  if (!vscode.workspace.isTrusted) describe(title, tests);
}
