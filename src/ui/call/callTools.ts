import type { CallToolResult } from '../../client/externalMcpClient.ts';
import type { PluginResponse } from '../../api.ts';
import { type Disposable, DisposableStore } from '../../base/lifecycle.ts';
import { actionCall } from './actionCall.ts';
import { ArgumentsEditor } from './argumentsEditor.ts';
import type { ActionAddress, CallAddress, ToolAddress } from './callAddress.ts';
import type { CallSources } from './callables.ts';
import { Calls, type CallsContext } from './calls.ts';
import { toolCall } from './toolCall.ts';

export type CallToolsContext = CallSources & Omit<CallsContext, 'editArguments'>;

/** What calls are written in and shown with; loaded with the first of them, not with the window. */
export class CallTools implements Disposable {
  readonly editor: ArgumentsEditor;
  readonly #context: CallToolsContext;
  readonly #calls: Calls;
  readonly #owned = new DisposableStore();

  constructor(context: CallToolsContext) {
    this.#context = context;
    const editor = this.#owned.add(new ArgumentsEditor(context));
    this.editor = editor;
    const editArguments = (address: CallAddress, args: object): Promise<void> => editor.open(address, args);
    this.#calls = this.#owned.add(new Calls({ ...context, editArguments }));
  }

  /** Calls a tool and shows it in the panel; rejects with what the panel shows too. */
  callTool(address: ToolAddress, args: Readonly<Record<string, unknown>>): Promise<CallToolResult> {
    return this.#calls.call(toolCall(this.#context, address, args));
  }

  /** Runs an action and shows it in the panel. */
  runAction(address: ActionAddress, args: Readonly<Record<string, unknown>>): Promise<PluginResponse> {
    return this.#calls.call(actionCall(this.#context, address, args));
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
