import { TokenRole, type Tokens } from '@wix/sdk';
import { keep, tokensOf } from '../keep.js';
import { TokenError, type TokenEndpoint } from '../token-endpoint.js';
import { refresh, session, type SessionApp } from './session.js';
import type { SessionStrategy } from './strategy.js';

export interface VisitorOptions extends SessionApp {
  clientId: string;
  /** Of a visitor who was here before; else a new one is made at the first call. */
  tokens?: Tokens;
}

/** An anonymous visitor. One whose refresh token is no longer good comes back as a new one. */
export function visitor(endpoint: TokenEndpoint, { tokens, ...app }: VisitorOptions): SessionStrategy {
  const arrive = async (): Promise<Tokens> =>
    tokensOf(
      await endpoint.ask({ grant_type: 'anonymous', client_id: app.clientId, instance_id: app.instanceId }),
      { value: '', role: TokenRole.VISITOR },
    );
  const kept = keep(async (ending) => {
    if (!ending.refreshToken.value) return arrive();
    try {
      return await refresh(endpoint, ending, app);
    } catch (error) {
      if (error instanceof TokenError && error.code === 'invalid_grant') return arrive();
      throw error;
    }
  }, tokens);
  return session(endpoint, kept, app);
}
