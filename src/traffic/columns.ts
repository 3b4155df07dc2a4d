/**
 * The fields of up to `rows` entries, one typed array each. Absent numbers are NaN in the 64-bit columns and 0 elsewhere;
 * strings are numbers of the segment's string table, unions those of codes.ts.
 */
export class Columns {
  readonly time: Float64Array;
  readonly offset: Float64Array;
  readonly rpcNumber: Float64Array;
  readonly pairedWith: Float64Array;
  readonly durationMs: Float64Array;
  readonly exchange: Uint32Array;
  /** Where in its slab the record lies. */
  readonly start: Uint32Array;
  /** Bytes of the record, behind which its chunk starts follow. */
  readonly length: Uint32Array;
  readonly chunks: Uint32Array;
  readonly slab: Uint16Array;
  readonly status: Uint16Array;
  readonly server: Uint16Array;
  readonly sessionId: Uint16Array;
  readonly method: Uint16Array;
  readonly tool: Uint16Array;
  readonly rpcText: Uint16Array;
  readonly notes: Uint16Array;
  readonly direction: Uint8Array;
  readonly channel: Uint8Array;
  readonly kind: Uint8Array;
  readonly origin: Uint8Array;
  /** 1 for an HTTP head. */
  readonly isHead: Uint8Array;
  /** 1 for a head that tells what no other row does. */
  readonly standsAlone: Uint8Array;
  /** Memory of all columns, in bytes. */
  readonly byteSize: number;

  constructor(rows: number) {
    this.time = new Float64Array(rows);
    this.offset = new Float64Array(rows);
    this.rpcNumber = new Float64Array(rows);
    this.pairedWith = new Float64Array(rows);
    this.durationMs = new Float64Array(rows);
    this.exchange = new Uint32Array(rows);
    this.start = new Uint32Array(rows);
    this.length = new Uint32Array(rows);
    this.chunks = new Uint32Array(rows);
    this.slab = new Uint16Array(rows);
    this.status = new Uint16Array(rows);
    this.server = new Uint16Array(rows);
    this.sessionId = new Uint16Array(rows);
    this.method = new Uint16Array(rows);
    this.tool = new Uint16Array(rows);
    this.rpcText = new Uint16Array(rows);
    this.notes = new Uint16Array(rows);
    this.direction = new Uint8Array(rows);
    this.channel = new Uint8Array(rows);
    this.kind = new Uint8Array(rows);
    this.origin = new Uint8Array(rows);
    this.isHead = new Uint8Array(rows);
    this.standsAlone = new Uint8Array(rows);
    let bytes = 0;
    for (const column of Object.values(this)) if (ArrayBuffer.isView(column)) bytes += column.byteLength;
    this.byteSize = bytes;
  }
}
