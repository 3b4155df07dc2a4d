import type { HostPort } from './channel.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** What VS Code gives a page: a way to talk to its host, and a state that outlives the page. */
export interface PageHost extends HostPort {
  getState(): unknown;
  setState(state: unknown): void;
}

/** VS Code hands its API out once, so this is called once, by a page's main. */
export function connectPage(): PageHost {
  const api = acquireVsCodeApi();
  return {
    post: (message) => api.postMessage(message),
    listen: (listener) => window.addEventListener('message', (event) => listener(event.data)),
    getState: () => api.getState(),
    setState: (state) => api.setState(state),
  };
}
