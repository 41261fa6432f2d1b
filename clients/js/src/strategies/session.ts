import type { Tokens } from '@wix/sdk';
import { tokensOf, type Kept } from '../keep.js';
import type { TokenEndpoint } from '../token-endpoint.js';
import { withRightsOf } from './app.js';
import { sending, type SessionStrategy, type Strategy } from './strategy.js';

/** The app that a visitor or member uses. */
export interface SessionApp {
  /** The app's id: the `keyId` of an API key. */
  clientId?: string;
  /** The key itself, on the backend only; `elevated()` needs it. */
  appSecret?: string;
  /** The site's id; needed for a key of several sites. */
  instanceId?: string;
}

/** A strategy of a visitor or a member, whose tokens are `kept`. */
export function session(endpoint: TokenEndpoint, kept: Kept, app: SessionApp): SessionStrategy {
  let elevated: Strategy | undefined;
  return {
    ...sending(kept.accessToken),
    getTokens: kept.tokens,
    elevated() {
      const { clientId: appId, appSecret, instanceId } = app;
      if (!appId || !appSecret) throw new TypeError('elevated() needs clientId and appSecret, which only a backend may have');
      return (elevated ??= withRightsOf(endpoint, { appId, appSecret, instanceId }, kept.accessToken));
    },
  };
}

/** New tokens of the same visitor or member. */
export async function refresh(endpoint: TokenEndpoint, { refreshToken }: Tokens, { clientId }: SessionApp): Promise<Tokens> {
  const reply = await endpoint.ask({
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: refreshToken.value,
  });
  return tokensOf(reply, refreshToken);
}
