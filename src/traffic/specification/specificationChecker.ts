import type { CheckedMessage, Finding } from './checkedMessage.ts';
import type { Conversation } from './conversation.ts';
import { prove, takeEvent, takeHead, takeMessage } from './conversationUpdates.ts';
import { isIn } from './revisions.ts';
import type { Rule } from './rule.ts';
import { rules } from './rules.ts';
import type { Subject } from './subject.ts';
import { type Tracked, Tracker } from './tracker.ts';

/** Findings of one entry; a batch could have any number of them. */
const MAX_FINDINGS = 50;

/** Says which MUST of MCP or of JSON-RPC 2.0 an entry breaks. It is fed with entries in order and remembers what it needs, within bounds. */
export class SpecificationChecker {
  readonly #tracker: Tracker;

  /** @param hasGap entries went by before the first: what is missing may have been among them */
  constructor({ hasGap = false } = {}) {
    this.#tracker = new Tracker(hasGap);
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
    for (const rpc of messages) {
      const subject = this.#tracker.subject(whole, rpc);
      prove(subject);
      // What it has just proved changes the revision.
      const proved = this.#tracker.subject(whole, rpc);
      if (findings.length < MAX_FINDINGS) findings.push(...ask('message', proved));
      takeMessage(proved);
    }
    takeEvent(whole);
    return findings;
  }
}

const byPlace = Object.groupBy(rules, ({ on }) => on);

function checkHead(subject: Subject): readonly Finding[] {
  const findings = ask(subject.message.channel === 'http-request' ? 'requestHead' : 'responseHead', subject);
  takeHead(subject);
  return findings;
}

function ask(place: Rule['on'], subject: Subject): Finding[] {
  const findings: Finding[] = [];
  for (const rule of byPlace[place] ?? []) {
    const finding = findingOf(rule, subject);
    if (finding !== undefined) findings.push(finding);
  }
  return findings;
}

function findingOf(rule: Rule, subject: Subject): Finding | undefined {
  const { message, conversation, revision } = subject;
  // A dialect is not MCP: that it differs is worth a word, but not with every message.
  const isExternal = isDialect(conversation);
  const isOnce = rule.isOnce === true || isExternal;
  if ((isOnce && conversation.told.has(rule.id)) || !isIn(revision, rule.revisions ?? {})) return undefined;
  const violation = rule.check(subject);
  if (violation === false) return undefined;
  if (isOnce) conversation.told.add(rule.id);
  const details = violation === true ? [] : violation;
  return {
    seq: message.seq,
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
