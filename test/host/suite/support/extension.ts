import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ApiV1, ExternalMcpErrorLike, ExternalMcpExports } from '../../../../src/api.ts';
import { isExternalMcpError } from '../../../../src/api.ts';

/** What the installed extension exports. */
export async function getExports(): Promise<ExternalMcpExports> {
  const extension = vscode.extensions.getExtension<ExternalMcpExports>('external-mcp.external-mcp');
  assert.ok(extension, 'the extension is not installed');
  return extension.activate();
}

/** The API that other extensions get. */
export async function getApi(): Promise<ApiV1> {
  const answer = (await getExports()).getApi('1');
  assert.ok(answer.available);
  return answer.api;
}

/** The error with which something of ours rejects; fails when it resolves or rejects with anything else. */
export async function failure(action: PromiseLike<unknown>): Promise<ExternalMcpErrorLike> {
  const error: unknown = await action.then(
    () => assert.fail('it succeeded'),
    (reason: unknown) => reason,
  );
  if (!isExternalMcpError(error)) throw error;
  return error;
}
