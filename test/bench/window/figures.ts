/** What one flood did to one page. Times in milliseconds; NaN where it cannot be had, Infinity where it did not come in time. */
export interface Figures {
  /** From the first byte the server wrote until the last message was drawn. */
  shown: number;
  /** Longest task of the page's main thread, of those over 50 ms; 0 when there is none. */
  longestTask: number;
  /** The same without the tasks that are known to be others', such as those of VS Code's own workbench. */
  longestOwnTask: number;
  /** The most processor time of any one task of its main thread, its own or not: what its scripts cause; the rest is waiting for a processor. NaN: not measured. */
  processorTime: number;
  /** Sum of the tasks over 50 ms. */
  blocked: number;
  /** Nodes of the page's document, text and comments included, when all is over. */
  nodes: number;
  /** Notifications that the page still offers to look at. */
  messages: number;
  /** Longest stall of the extension host's event loop. */
  hostStall: number;
  /** Of the host's main thread: how long, in all, it could have run and got no processor. Linux. */
  hostWaited: number;
  /** Whether the last row is in sight and takes the focus. */
  lastRow: boolean | undefined;
}

/** One column of the table. */
export interface Measured {
  /** Who was flooded. */
  subject: 'MCP Inspector' | 'External MCP';
  /** Which of its views was looked at. */
  view: string;
  /** Notifications sent. */
  n: number;
  figures: Figures;
}

/** A page that did not show everything in time. */
export const unfinished: Figures = {
  shown: Number.POSITIVE_INFINITY,
  longestTask: Number.NaN,
  longestOwnTask: Number.NaN,
  processorTime: Number.NaN,
  blocked: Number.NaN,
  nodes: Number.NaN,
  messages: Number.NaN,
  hostStall: Number.NaN,
  hostWaited: Number.NaN,
  lastRow: undefined,
};
