import type { TrafficRecord } from '../../../../src/base/traffic.ts';
import type { Finding } from '../../../../src/traffic/specification/checkedMessage.ts';
import { placedMessage } from '../../../../src/traffic/specification/placedMessage.ts';
import { SpecificationChecker } from '../../../../src/traffic/specification/specificationChecker.ts';
import type { TrafficLog } from '../../../../src/traffic/trafficLog.ts';
import { newLog } from '../records.ts';

/** What is wrong with these records, in order. */
export function findingsIn(records: readonly TrafficRecord[], checker = new SpecificationChecker()): Finding[] {
  const log = newLog();
  for (const record of records) log.append(record);
  const findings = findingsOf(log, checker);
  log.dispose();
  return findings;
}

/** What is wrong with the entries of a log. */
export function findingsOf(log: TrafficLog, checker = new SpecificationChecker()): Finding[] {
  const findings: Finding[] = [];
  for (const place of log.places(0, () => () => true)) findings.push(...checker.check(placedMessage(place)));
  return findings;
}
