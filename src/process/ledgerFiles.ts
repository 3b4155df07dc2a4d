/** Where a ledger goes that cannot be read: one, so that they cannot pile up. */
export const UNREADABLE_LEDGER = 'unreadable-ledger.json';

const LEDGER = /^ledger-[\w-]+\.json$/;

/** Name of the file in which one window keeps its ledger. */
export function ledgerFile(marker: string): string {
  return `ledger-${marker}.json`;
}

/** Whether a file has the name of a ledger. */
export function isLedger(name: string): boolean {
  return LEDGER.test(name);
}
