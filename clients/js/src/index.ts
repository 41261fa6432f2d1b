/** Points `@wix/sdk` at a self-hosted media-manager: where the server is, and as whom to call it. */
import type { Host } from '@wix/sdk';
import { apiKey, type ApiKeyOptions } from './strategies/api-key.js';
import { app, type AppOptions, type AppStrategy } from './strategies/app.js';
import { member, type MemberOptions } from './strategies/member.js';
import type { SessionStrategy, Strategy } from './strategies/strategy.js';
import { visitor, type VisitorOptions } from './strategies/visitor.js';
import { serverAt } from './server.js';
import { tokenEndpoint, type TokenInfo } from './token-endpoint.js';

export { TokenError, type TokenInfo } from './token-endpoint.js';
export type { ApiKeyOptions, AppOptions, AppStrategy, MemberOptions, SessionStrategy, Strategy, VisitorOptions };

export interface SelfHostedOptions {
  /** Where the server is, such as `http://127.0.0.1:8080` or `https://media.example.org`; no path. */
  url: string | URL;
}

/** What `createClient` of `@wix/sdk` needs to call a self-hosted server. */
export interface SelfHosted {
  /** For `createClient`'s `host`. */
  host: Host;
  /** For `createClient`'s `fetch`: speaks to this server alone, by http or https, as its URL says. */
  fetch: typeof globalThis.fetch;
  /** Calls with an API key. */
  apiKey(options: ApiKeyOptions): Strategy;
  /** Calls as an app: the id and the secret of an API key, turned into short-lived tokens. */
  app(options: AppOptions): AppStrategy;
  /** Calls as an anonymous visitor. */
  visitor(options: VisitorOptions): SessionStrategy;
  /** Calls as a member, with tokens that the app's backend asked for. */
  member(options: MemberOptions): SessionStrategy;
  /** Whom a token of this server speaks for; `active: false` for one that is unknown, changed or expired. */
  tokenInfo(token: string): Promise<TokenInfo>;
}

/** The server at `url`. Throws a `TypeError` for anything but an http or https URL without a path. */
export function selfHosted({ url }: SelfHostedOptions): SelfHosted {
  const server = serverAt(url);
  const tokens = tokenEndpoint(server);
  return {
    host: server.host,
    fetch: server.fetch,
    apiKey,
    app: (options) => app(tokens, options),
    visitor: (options) => visitor(tokens, options),
    member: (options) => member(tokens, options),
    tokenInfo: tokens.info,
  };
}
