/** Where a server of ours may be reached: loopback, every address, or the name for it. */
const HOST = String.raw`(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]|::1?|\*)`;
/** What is said before a port that stands without an address. */
const VERBS = String.raw`\b(?:listen\w*|running|serving|serve[sd]?|start\w*|bound|available|ready)\b`;

/** Each has the port as its only group. All repetitions are bounded, so the time is linear. */
const ANNOUNCEMENTS = [
  new RegExp(String.raw`\bhttps?://${HOST}:(\d{2,5})(?!\d)`, 'gi'),
  // An address alone; one behind a scheme belongs to another protocol, such as `ws://` of a debugger.
  new RegExp(String.raw`(?<![\w.:/@\-\]])${HOST}:(\d{2,5})(?!\d)`, 'gi'),
  new RegExp(String.raw`${VERBS}[^\n]{0,80}?\bport[ \t:=#]{0,4}(\d{2,5})(?!\d)`, 'gi'),
  new RegExp(String.raw`${VERBS}[^\n]{0,40}?\s:(\d{2,5})(?!\d)`, 'gi'),
];

/**
 * The ports that a line of output names as if somebody listened there on this machine. Nothing is proved by it: a line says what it
 * likes, so whoever uses one looks first who listens.
 */
export function announcedPorts(line: string): number[] {
  const ports = ANNOUNCEMENTS.flatMap((pattern) => [...line.matchAll(pattern)].map(([, port]) => Number(port)));
  return [...new Set(ports)].filter((port) => port > 0 && port <= 65_535);
}
