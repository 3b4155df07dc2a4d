/** Names whose values are nobody's business: they are masked in output, traffic and errors. */
const SENSITIVE =
  /auth|token|secret|password|passwd|passphrase|cookie|credential|signature|api[-_]?key|(?:^|[-_])(?:key|pass|pwd)$/i;

/** Whether a name says that its value is a secret. */
export function isSensitive(name: string): boolean {
  return SENSITIVE.test(name);
}
