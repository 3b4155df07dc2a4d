import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ApiV1, PluginInfo, PluginResponse } from '../../../src/api.ts';
import { getApi } from './support/extension.ts';
import { describeTrusted } from './support/trust.ts';

const tool = 'externalMcp_runPluginAction';

function run(argument: object): Thenable<PluginResponse> {
  return vscode.commands.executeCommand<PluginResponse>('externalMcp.runPluginAction', argument);
}

function stateOf(api: ApiV1, plugin: string): string | undefined {
  return api.plugins.find(({ id }) => id === plugin)?.state;
}

describeTrusted('The commands for plugins', () => {
  let api: ApiV1;

  before(async () => {
    api = await getApi();
  });

  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('run an action and return its response', async () => {
    const response = await run({ plugin: 'linkedin', action: 'close_session', parameters: {} });
    assert.equal(response.status, 'success');
    assert.equal(response.metadata.action, 'close_session');
    assert.equal(stateOf(api, 'linkedin'), 'ready');
  });

  it('ask nothing where an action takes no parameters', async () => {
    const response = await run({ plugin: 'linkedin', action: 'close_session' });
    assert.equal(response.status, 'success');
  });

  it('return a response with what is wrong instead of rejecting', async () => {
    const unfit = await run({ plugin: 'linkedin', action: 'get_person_profile', parameters: { username: 7 } });
    assert.deepEqual([unfit.status, unfit.error?.kind], ['error', 'validation']);
    const unknown = await run({ plugin: 'nobody', action: 'nothing', parameters: {} });
    assert.deepEqual([unknown.status, unknown.error?.kind], ['error', 'config']);
    assert.match(unknown.error?.message ?? '', /linkedin/);
  });

  it('reload a plugin: its next action begins anew', async () => {
    assert.equal(stateOf(api, 'linkedin'), 'ready');
    const reloaded = await vscode.commands.executeCommand<PluginInfo>('externalMcp.reloadPlugin', {
      plugin: 'linkedin',
    });
    assert.deepEqual([reloaded.id, reloaded.state], ['linkedin', 'idle']);
    const response = await run({ plugin: 'linkedin', action: 'close_session', parameters: {} });
    assert.equal(response.status, 'success');
    assert.equal(stateOf(api, 'linkedin'), 'ready');
  });
});

describeTrusted('The tool for language models', () => {
  async function invoke(input: object): Promise<string> {
    const { content } = await vscode.lm.invokeTool(tool, { input, toolInvocationToken: undefined });
    return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
  }

  it('is there, and says how plugins and actions are found', () => {
    const found = vscode.lm.tools.find(({ name }) => name === tool);
    assert.match(found?.description ?? '', /call this tool without arguments/);
  });

  it('lists plugins and actions with their parameters, and runs nothing', async () => {
    const text = await invoke({});
    assert.match(text, /plugin "linkedin": LinkedIn/);
    assert.match(text, /action "get_person_profile": .*"linkedin_username"/);
  });

  it('says what there is where it does not know the plugin', async () => {
    const text = await invoke({ plugin: 'linkdin', action: 'get_person_profile' });
    assert.match(text, /no action “get_person_profile” of a plugin “linkdin”/);
    assert.match(text, /plugin "linkedin"/);
  });
});
