import type { Memento } from 'vscode';
import { Consents } from './consents.ts';
import type { KeptSecrets } from './keptSecrets.ts';
import { SecretAccess } from './secretAccess.ts';
import { isPluginConfiguredHere } from '../settings.ts';
import { SecretDialogs, type SecretsOfPlugin } from './secretDialogs.ts';

interface Sources {
  store: KeptSecrets;
  /** Of the workspace. */
  memento: Memento;
  plugins: () => readonly SecretsOfPlugin[];
}

/** What asks people about secrets; loaded when one is needed or set, not with the window. */
export class SecretTools {
  readonly store: KeptSecrets;
  readonly dialogs: SecretDialogs;
  readonly access: SecretAccess;

  constructor({ store, memento, plugins }: Sources) {
    this.store = store;
    this.dialogs = new SecretDialogs(plugins);
    this.access = new SecretAccess({
      store,
      consents: new Consents(memento),
      person: this.dialogs,
      isConfiguredHere: isPluginConfiguredHere,
    });
  }
}
