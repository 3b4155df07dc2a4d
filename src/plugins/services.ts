import type { PluginContext, PluginInfo } from '../api.ts';
import type { Log } from '../base/log.ts';

/** What the editor does for plugins. */
export interface PluginServices extends Pick<PluginContext, 'openDocument' | 'openExternal' | 'runInTerminal'> {
  /** The log of one plugin; asked for when it is initialized. */
  openLog(plugin: PluginInfo): Log;
  /** What the settings say for one plugin. */
  configuration(plugin: string): unknown;
  /** Credentials, each plugin's for itself; whatever passes is masked from then on. */
  secrets: {
    get(name: string, plugin: string): Promise<string | undefined>;
    set(name: string, value: string, plugin: string): Promise<void>;
    delete(name: string, plugin: string): Promise<void>;
  };
  /** Milliseconds that an action may take where its plugin says nothing. */
  timeoutMs(): number;
}
