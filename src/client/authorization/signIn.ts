import { InsufficientScopeError } from '@modelcontextprotocol/client';
import { ExternalMcpError } from '../../base/errors.ts';
import type { Authorizer } from './authorizer.ts';

/** Sign-ins for one operation; a server that still refuses will not change its mind. The conformance suite allows no more. */
const MAX_SIGN_INS = 3;

/** What a server wants before it answers. */
export interface Challenge {
  /** Scopes the answer needs, separated by spaces. */
  readonly scope?: string | undefined;
  /** Where the server describes how it is protected; the well-known places where it does not say. */
  readonly resourceMetadataUrl?: URL | undefined;
  /** The token is valid and does not reach far enough. */
  readonly isStepUp?: boolean;
}

/** A 401 with a challenge. Thrown through the protocol library to `withSignIn`, and no further. */
export class SignInRequired extends Error {
  readonly challenge: Challenge;

  constructor(challenge: Challenge) {
    super('The server wants a sign-in');
    this.name = 'SignInRequired';
    this.challenge = challenge;
  }
}

/**
 * Runs the operation, and runs it again after each sign-in that its server asks for, three at most. The time that a person needs is not
 * part of the operation's own time limit.
 * @throws what the operation throws; `auth` where signing in fails or does not help; `cancelled`
 */
export async function withSignIn<T>(
  authorizer: Authorizer,
  operation: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let signIns = 0; ; signIns += 1) {
    const token = await authorizer.token();
    try {
      return await operation();
    } catch (error) {
      const challenge = challengeIn(error);
      if (challenge === undefined) throw error;
      if (signIns === MAX_SIGN_INS) throw authorizer.refusedError(signIns, error);
      await authorizer.authorize(challenge, { refused: token, isRepeated: signIns > 0 }, signal);
    }
  }
}

/** What the server wants, if that is why the operation failed; an error of ours may stand around it. */
function challengeIn(error: unknown): Challenge | undefined {
  const reason = error instanceof ExternalMcpError ? error.cause : error;
  if (reason instanceof SignInRequired) return reason.challenge;
  if (!(reason instanceof InsufficientScopeError)) return undefined;
  return { scope: reason.requiredScope, resourceMetadataUrl: reason.resourceMetadataUrl, isStepUp: true };
}
