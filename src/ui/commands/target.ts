import * as vscode from 'vscode';
import type { PluginNode } from '../plugins/pluginNodes.ts';
import type { TreeNode } from '../tree/nodes.ts';
import { isRecord } from '../../base/isRecord.ts';

/** What a command was told to work on; what is missing is asked for. */
export interface Target {
  server?: string;
  tool?: string;
  args?: Record<string, unknown>;
  definition?: object;
  /** Of a secret; `plugin` is the id of the one whose secret or action it is. */
  name?: string;
  plugin?: string;
  action?: string;
  parameters?: Record<string, unknown>;
  value?: string;
}

/** Reads the argument of a command: a server's name, a row of the tree, or one object (keybindings pass exactly one). */
export function readTarget(argument: unknown): Target {
  if (typeof argument === 'string') return { server: argument };
  if (typeof argument !== 'object' || argument === null) return {};
  if (isPluginNode(argument)) {
    const plugin = argument.plugin.id;
    return argument.kind === 'action' ? { plugin, action: argument.action.name } : { plugin };
  }
  if (isTreeNode(argument)) {
    if (argument.kind === 'untrusted') return {};
    const server = argument.server.name;
    return argument.kind === 'tool' ? { server, tool: argument.tool.name } : { server };
  }
  const { server, tool, args, definition, name, plugin, action, parameters, value } = argument as Record<
    string,
    unknown
  >;
  return {
    ...(typeof server === 'string' ? { server } : {}),
    ...(typeof tool === 'string' ? { tool } : {}),
    ...(isRecord(args) ? { args } : {}),
    ...(isRecord(definition) ? { definition } : {}),
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof plugin === 'string' ? { plugin } : {}),
    ...(typeof action === 'string' ? { action } : {}),
    ...(isRecord(parameters) ? { parameters } : {}),
    ...(typeof value === 'string' ? { value } : {}),
  };
}

/** Whether a person invoked a command, from the palette, a button or a row: code says what to work on. */
export function isByPerson(argument: unknown): boolean {
  if (argument === undefined || argument === null) return true;
  // A button in an editor's title passes the address of the document.
  return (
    argument instanceof vscode.Uri || (typeof argument === 'object' && (isTreeNode(argument) || isPluginNode(argument)))
  );
}

function isTreeNode(value: object): value is TreeNode {
  return (
    'kind' in value &&
    (value.kind === 'untrusted' || ('server' in value && isRecord(value.server) && 'status' in value.server))
  );
}

function isPluginNode(value: object): value is PluginNode {
  return 'kind' in value && 'plugin' in value && isRecord(value.plugin);
}
