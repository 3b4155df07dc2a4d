import { type Clock, systemClock } from '../../base/clock.ts';
import type { CheckedMessage, Finding } from './checkedMessage.ts';
import type { Conversation } from './conversation.ts';
import { prove, takeEvent, takeHead, takeMessage } from './conversationUpdates.ts';
import { isIn } from './revisions.ts';
import type { Rule } from './rule.ts';
import { rulesFor } from './rules.ts';
import type { Subject } from './subject.ts';
import { type Tracked, Tracker } from './tracker.ts';

/** Findings of one entry; a batch could have any number of them. */
const MAX_FINDINGS = 50;
/** Milliseconds for the messages of one entry, of which a batch may have a thousand; what comes behind it is taken in and not judged. */
const ENTRY_MS = 100;

/** Says which MUST of MCP or of JSON-RPC 2.0 an entry breaks. It is fed with entries in order and remembers what it needs, within bounds. */
export class SpecificationChecker {
  readonly #tracker: Tracker;
  readonly #clock: Pick<Clock, 'now'>;

  /** @param hasGap entries went by before the first: what is missing may have been among them */
  constructor({ hasGap = false, clock = systemClock }: { hasGap?: boolean; clock?: Pick<Clock, 'now'> } = {}) {
    this.#tracker = new Tracker(hasGap);
    this.#clock = clock;
  }

  /** Entries were passed over: what is missing from now on may have been among them. */
  markGap(): void {
    this.#tracker.markGap();
  }

  /** What is wrong with the next entry. Never throws, whatever its bytes. */
  check(message: CheckedMessage): readonly Finding[] {
    const tracked = this.#tracker.track(message);
    if (tracked === undefined) return [];
    return message.isHead ? checkHead(tracked.whole) : this.#checkContent(tracked);
  }

  #checkContent({ whole, messages }: Tracked): readonly Finding[] {
    const findings = ask('content', whole);
    const until = this.#clock.now() + ENTRY_MS;
    for (const rpc of messages) {
      const subject = this.#tracker.subject(whole, rpc);
      prove(subject);
      if (findings.length < MAX_FINDINGS && this.#clock.now() < until) findings.push(...ask('message', subject));
      takeMessage(subject);
    }
    takeEvent(whole);
    return findings;
  }
}

function checkHead(subject: Subject): readonly Finding[] {
  const findings = ask(subject.message.channel === 'http-request' ? 'requestHead' : 'responseHead', subject);
  takeHead(subject);
  return findings;
}

function ask(place: Rule['on'], subject: Subject): Finding[] {
  const findings: Finding[] = [];
  // A dialect is not MCP: that it differs is worth a word, but not with every message.
  const isExternal = isDialect(subject.conversation);
  for (const rule of rulesFor(place, subject.revision)) {
    const finding = findingOf(rule, subject, isExternal);
    if (finding !== undefined) findings.push(finding);
  }
  return findings;
}

function findingOf(rule: Rule, subject: Subject, isExternal: boolean): Finding | undefined {
  const { told } = subject.conversation;
  const isOnce = rule.isOnce === true || isExternal;
  if (isOnce && told.has(rule.id)) return undefined;
  const violation = rule.check(subject);
  if (violation === false) return undefined;
  if (isOnce) told.add(rule.id);
  const details = violation === true ? [] : violation;
  return {
    seq: subject.message.seq,
    rule: rule.id,
    severity: isExternal ? 'info' : rule.severity,
    message: rule.message(...details),
    section: rule.section,
  };
}

/** The seed's family, and its relatives that answer a POST in a revision that has no Streamable HTTP yet. */
function isDialect({ transport, revision }: Conversation): boolean {
  return transport === 'external' || (transport === 'http' && isIn(revision, { to: '2024-11-05' }));
}
