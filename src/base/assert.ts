/** Ends an exhaustive switch: compiling fails when a case is missing, running fails when data lied about its type. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
