import { AppStrategy as PublishedAppStrategy, type AuthenticationStrategy } from '@wix/sdk';
import { keep, tokensOf } from '../keep.js';
import type { TokenEndpoint } from '../token-endpoint.js';
import { sending, type Strategy } from './strategy.js';

/** What an app proves itself with. */
export interface AppCredentials {
  /** The id of an API key (`keyId`). */
  appId: string;
  /** The key itself. */
  appSecret: string;
  /** The site's id; needed for a key of several sites. */
  instanceId?: string;
}

export interface AppOptions extends AppCredentials {
  /** Of a webhook, PEM or base64 of it; for `client.webhooks.process`. */
  publicKey?: string;
}

export type AppStrategy = Strategy & Pick<AuthenticationStrategy, 'decodeJWT'>;

/** An app. Messages of webhooks are checked by the published strategy, which asks no server for that. */
export function app(endpoint: TokenEndpoint, { publicKey, ...credentials }: AppOptions): AppStrategy {
  const strategy: AppStrategy = withRightsOf(endpoint, credentials);
  if (publicKey) strategy.decodeJWT = PublishedAppStrategy({ appId: credentials.appId, publicKey }).decodeJWT;
  return strategy;
}

/**
 * Client credentials: one token for all calls, until shortly before it ends. With `identity`, the app acts in the name of the
 * visitor or member whose token that gives. Elevated, it is the same.
 */
export function withRightsOf(
  endpoint: TokenEndpoint,
  { appId, appSecret, instanceId }: AppCredentials,
  identity?: () => Promise<string>,
): Strategy {
  const kept = keep(async () =>
    tokensOf(
      await endpoint.ask({
        grant_type: 'client_credentials',
        client_id: appId,
        client_secret: appSecret,
        instance_id: instanceId,
        on_behalf_of: await identity?.(),
      }),
    ),
  );
  const strategy: Strategy = { ...sending(kept.accessToken), elevated: () => strategy };
  return strategy;
}
