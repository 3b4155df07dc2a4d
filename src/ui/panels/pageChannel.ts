import type * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { ExternalMcpError } from '../../base/errors.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import { type HostEnvelope, isRequestEnvelope } from '../../messages/channel.ts';

/** The host's end of the conversation with a page: checks every message, answers every request, also when its handler fails. */
export class PageChannel<Request, Response, Event> implements Disposable {
  readonly #webview: vscode.Webview;
  readonly #subscription: vscode.Disposable;

  /** @param onFailure hears what a handler threw, unless it is meant for people */
  constructor(
    webview: vscode.Webview,
    isRequest: (value: unknown) => value is Request,
    handle: (request: Request) => Promise<Response> | Response,
    onFailure: (error: unknown) => void,
  ) {
    this.#webview = webview;
    this.#subscription = webview.onDidReceiveMessage(async (message: unknown) => {
      if (!isRequestEnvelope(message)) return;
      const { request: response, body } = message;
      if (!isRequest(body)) return this.#post({ response, error: t('This request is not understood.') });
      try {
        this.#post({ response, body: await handle(body) });
      } catch (error) {
        if (!(error instanceof ExternalMcpError)) onFailure(error);
        this.#post({
          response,
          error: error instanceof ExternalMcpError ? error.message : t('Something went wrong. See the output.'),
        });
      }
    });
  }

  tell(event: Event): void {
    this.#post({ event });
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #post(envelope: HostEnvelope): void {
    // Resolves with false when the page is hidden or gone; it asks again for everything when it comes back.
    void this.#webview.postMessage(envelope);
  }
}
