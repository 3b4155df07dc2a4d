/** Whose settings: the user's, the workspace's, or those of one folder, named by its path. */
export type SettingsPlace = { scope: 'user' | 'workspace' } | { scope: 'folder'; folder: string };

/** Where a definition is written: the settings and its key there. */
export type WrittenAt = SettingsPlace & { key: string };

/** A name with what was written for it. */
export interface DefinitionEntry {
  /** Unique address: the plain name, or `name@scope` where a narrower scope owns that name. */
  name: string;
  /** Where it is written, in words for people: "User settings". */
  source: string;
  /** As written; checked when it is used, so that one bad entry does not touch the others. */
  raw: unknown;
  /** Folder whose settings hold it. */
  folder?: string;
  /** Where it can be edited; absent when a command or another extension brought it. Its key is the name without a scope. */
  written?: WrittenAt;
  /** Id of the plugin that defined it, whose own its `${secret:…}` are; absent: they are the user's. */
  secretScope?: string;
}

/** Whether we start it, rather than attach to what somebody else runs. */
export function startsProcess({ raw }: DefinitionEntry): boolean {
  return isObject(raw) && ('command' in raw || 'serverPath' in raw);
}

/** Whether it is known and shown, but never started. */
export function isDisabled({ raw }: DefinitionEntry): boolean {
  return isObject(raw) && raw['disabled'] === true;
}

/** Whether it is to be started with the window. */
export function startsOnOpen({ raw }: DefinitionEntry): boolean {
  return isObject(raw) && raw['autoStart'] === 'onOpen';
}

/** Whether it is to be started again with the window when it ran while the last one closed; so unless its definition says otherwise. */
export function startsAgain({ raw }: DefinitionEntry): boolean {
  return isObject(raw) && (raw['autoStart'] === undefined || raw['autoStart'] === 'restore');
}

/** What is looked at before the definition was checked. */
function isObject(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === 'object' && raw !== null;
}
