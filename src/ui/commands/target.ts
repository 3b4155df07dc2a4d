import * as vscode from 'vscode';
import type { TreeNode } from '../tree/nodes.ts';

/** What a command was told to work on; what is missing is asked for. */
export interface Target {
  server?: string;
  tool?: string;
  args?: Record<string, unknown>;
  definition?: object;
}

/** Reads the argument of a command: a server's name, a row of the tree, or one object (keybindings pass exactly one). */
export function readTarget(argument: unknown): Target {
  if (typeof argument === 'string') return { server: argument };
  if (typeof argument !== 'object' || argument === null) return {};
  if (isTreeNode(argument)) {
    if (argument.kind === 'untrusted') return {};
    const server = argument.server.name;
    return argument.kind === 'tool' ? { server, tool: argument.tool.name } : { server };
  }
  const { server, tool, args, definition } = argument as Record<string, unknown>;
  return {
    ...(typeof server === 'string' ? { server } : {}),
    ...(typeof tool === 'string' ? { tool } : {}),
    ...(isObject(args) ? { args } : {}),
    ...(isObject(definition) ? { definition } : {}),
  };
}

/** Whether a person invoked a command, from the palette, a button or a row: code says what to work on. */
export function isByPerson(argument: unknown): boolean {
  if (argument === undefined || argument === null) return true;
  // A button in an editor's title passes the address of the document.
  return argument instanceof vscode.Uri || (typeof argument === 'object' && isTreeNode(argument));
}

function isTreeNode(value: object): value is TreeNode {
  return (
    'kind' in value &&
    (value.kind === 'untrusted' || ('server' in value && isObject(value.server) && 'status' in value.server))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
