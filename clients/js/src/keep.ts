import { EMPTY_TOKENS, type Tokens } from '@wix/sdk';
import type { TokenReply } from './token-endpoint.js';

/** How much of a token's lifetime is left when it is renewed. */
const RESERVE = 0.1;

/** Tokens, renewed when they are about to end. */
export interface Kept {
  /** An access token that is good for a while yet. */
  accessToken(): Promise<string>;
  tokens(): Tokens;
}

/** Keeps tokens; `renew` gets the ones that end. Callers that come while it is at work wait for the same reply. */
export function keep(renew: (ending: Tokens) => Promise<Tokens>, tokens: Tokens = EMPTY_TOKENS): Kept {
  let renewal: Promise<void> | undefined;
  return {
    tokens: () => tokens,
    async accessToken() {
      if (!isGood(tokens)) {
        renewal ??= renew(tokens)
          .then((renewed) => { tokens = renewed; })
          .finally(() => { renewal = undefined; });
        await renewal;
      }
      return tokens.accessToken.value;
    },
  };
}

/**
 * The server's reply in the SDK's form; where it brings no new refresh token, `refreshToken` stays. `expiresAt` is a little early,
 * so that no token ends on its way.
 */
export const tokensOf = (reply: TokenReply, refreshToken = EMPTY_TOKENS.refreshToken): Tokens => ({
  accessToken: { value: reply.access_token, expiresAt: Math.floor(now() + reply.expires_in * (1 - RESERVE)) },
  refreshToken: { ...refreshToken, value: reply.refresh_token ?? refreshToken.value },
});

const isGood = ({ accessToken }: Tokens): boolean => accessToken.value !== '' && accessToken.expiresAt > now();

/** Seconds since 1970. */
const now = (): number => Date.now() / 1000;
