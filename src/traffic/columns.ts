/** What `Columns.part` says. */
export const Part = {
  content: 0,
  /** An HTTP head whose message has a row of its own. */ head: 1,
  /** One that tells what no other row does. */ tellingHead: 2,
  boundary: 3,
} as const;

/**
 * The fields of up to `rows` entries, one typed array each: 72 bytes a row. Absent numbers are NaN in the floating-point columns and 0
 * elsewhere; strings are numbers of the segment's string table, unions those of codes.ts.
 */
export class Columns {
  readonly time: Float64Array;
  readonly offset: Float64Array;
  readonly durationMs: Float64Array;
  /** Of requests over HTTP, in milliseconds from `time` on: a connection was there, the response's head came, all was over. */
  readonly connectMs: Float32Array;
  readonly firstByteMs: Float32Array;
  readonly endMs: Float32Array;
  /** How many entries later the other one of the pair comes; negative for an answer. */
  readonly pairDistance: Int32Array;
  /** How many entries before this the call came that it belongs to. */
  readonly callDistance: Uint32Array;
  readonly exchange: Uint32Array;
  /** Bytes of the record. */
  readonly length: Uint32Array;
  readonly status: Uint16Array;
  readonly server: Uint16Array;
  readonly sessionId: Uint16Array;
  readonly method: Uint16Array;
  readonly tool: Uint16Array;
  readonly notes: Uint16Array;
  readonly direction: Uint8Array;
  readonly channel: Uint8Array;
  readonly kind: Uint8Array;
  readonly origin: Uint8Array;
  /** One of `Part`. */
  readonly part: Uint8Array;
  readonly mark: Uint8Array;
  /** At most 255. */
  readonly noteCount: Uint8Array;
  readonly noteSeverity: Uint8Array;
  /** Memory of all columns, in bytes. */
  readonly byteSize: number;

  constructor(rows: number) {
    this.time = new Float64Array(rows);
    this.offset = new Float64Array(rows);
    this.durationMs = new Float64Array(rows);
    this.connectMs = new Float32Array(rows);
    this.firstByteMs = new Float32Array(rows);
    this.endMs = new Float32Array(rows);
    this.pairDistance = new Int32Array(rows);
    this.callDistance = new Uint32Array(rows);
    this.exchange = new Uint32Array(rows);
    this.length = new Uint32Array(rows);
    this.status = new Uint16Array(rows);
    this.server = new Uint16Array(rows);
    this.sessionId = new Uint16Array(rows);
    this.method = new Uint16Array(rows);
    this.tool = new Uint16Array(rows);
    this.notes = new Uint16Array(rows);
    this.direction = new Uint8Array(rows);
    this.channel = new Uint8Array(rows);
    this.kind = new Uint8Array(rows);
    this.origin = new Uint8Array(rows);
    this.part = new Uint8Array(rows);
    this.mark = new Uint8Array(rows);
    this.noteCount = new Uint8Array(rows);
    this.noteSeverity = new Uint8Array(rows);
    let bytes = 0;
    for (const column of Object.values(this)) if (ArrayBuffer.isView(column)) bytes += column.byteLength;
    this.byteSize = bytes;
  }
}
