import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the host', () => {
  it('is a VS Code that knows its version', () => {
    assert.match(vscode.version, /^1\.\d+\.\d+/);
  });
});
