const seen = new Map<string, number>();

/** Counts one more of an HTTP or JSON-RPC method. */
export function counted(method: string): void {
  seen.set(method, (seen.get(method) ?? 0) + 1);
}

/** How often each HTTP and JSON-RPC method came in this process, e.g. `{ POST: 3, 'tools/call': 1, DELETE: 1 }`. */
export function counts(): Record<string, number> {
  return Object.fromEntries(seen);
}
