import type { PluginAction, PluginInfo } from '../../api.ts';

/** A row of the view "Plugins". */
export type PluginNode =
  | { kind: 'plugin'; plugin: PluginInfo }
  | { kind: 'action'; plugin: PluginInfo; action: PluginAction }
  /** Why a plugin cannot be used. */
  | { kind: 'problem'; plugin: PluginInfo };
