import { TokenRole, type Tokens } from '@wix/sdk';
import { keep } from '../keep.js';
import type { TokenEndpoint } from '../token-endpoint.js';
import { refresh, session, type SessionApp } from './session.js';
import type { SessionStrategy } from './strategy.js';

/** A member's tokens, as the app's backend got them from `POST /media-manager/v1/tokens`. */
export type MemberOptions = SessionApp & (
  /** Used as long as it is good. */
  | { accessToken: string; tokens?: never }
  /** Renewed when they end. */
  | { tokens: Tokens; accessToken?: never }
);

/** A member of the site. */
export function member(endpoint: TokenEndpoint, { accessToken, tokens, ...app }: MemberOptions): SessionStrategy {
  const kept = keep(async (ending) => refresh(endpoint, ending, app), tokens ?? forever(accessToken));
  return session(endpoint, kept, app);
}

/** Without a refresh token there is nothing to renew it with: the server says when it has ended. */
const forever = (accessToken: string): Tokens => ({
  accessToken: { value: accessToken, expiresAt: Infinity },
  refreshToken: { value: '', role: TokenRole.MEMBER },
});
