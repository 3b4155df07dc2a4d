const LF = 0x0a;
const CR = 0x0d;

export interface StreamWatch {
  /** Called once when the stream ends by itself, with the reason if there is one. */
  onEnd(reason: unknown): void;
  /** What its reader gets in place of the end. */
  endError(): Error;
}

/** An event stream whose end is noticed, however it ends, and whose lines all end in LF. */
export function watchStream(body: ReadableStream<Uint8Array>, watch: StreamWatch): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const toLineFeeds = lineFeeds();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const { done, value } = await reader.read();
          if (!done) {
            controller.enqueue(toLineFeeds(value));
            return;
          }
          watch.onEnd(undefined);
        } catch (error) {
          watch.onEnd(error);
        }
        controller.error(watch.endError());
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** Line ends as LF: the library's reader keeps a line that ends in CR until the next byte comes, which may be never. */
function lineFeeds(): (chunk: Uint8Array) => Uint8Array {
  let isAfterCr = false;
  return (chunk) => {
    if (!isAfterCr && !chunk.includes(CR)) return chunk;
    const lines = new Uint8Array(chunk.length);
    let length = 0;
    for (const byte of chunk) {
      if (byte !== LF || !isAfterCr) lines[length++] = byte === CR ? LF : byte;
      isAfterCr = byte === CR;
    }
    return lines.subarray(0, length);
  };
}
