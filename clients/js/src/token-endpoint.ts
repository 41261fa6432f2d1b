import type { Server } from './server.js';

/**
 * The server refused to give a token. Holds neither the secret nor the token that was sent. The SDK reads `response` like that of
 * a refused call, and adds `details.applicationError`.
 */
export class TokenError extends Error {
  override readonly name = 'TokenError';
  /** `invalid_grant`, `invalid_client`, `invalid_request` or `unsupported_grant_type`, of RFC 6749, 5.2. */
  readonly code: string | undefined;

  constructor(
    /** The HTTP status. */
    readonly status: number,
    readonly response: { status: number; statusText: string; data: Refusal },
  ) {
    const { error, error_description: description, message } = response.data;
    super(description ?? message ?? `the server gave no token: ${status} ${response.statusText}`);
    this.code = error;
  }
}

/** The body of a refusal. */
export interface Refusal {
  error?: string;
  error_description?: string;
  message?: string;
  details?: unknown;
}

/** What is sent to ask for a token; members without a value are left out. */
export interface TokenRequest {
  grant_type: 'client_credentials' | 'anonymous' | 'refresh_token';
  client_id?: string;
  client_secret?: string;
  instance_id?: string;
  refresh_token?: string;
  /** A visitor's or member's token; the reply has that identity and the app's rights. */
  on_behalf_of?: string;
}

export interface TokenReply {
  access_token: string;
  /** Seconds. */
  expires_in: number;
  refresh_token?: string;
}

/** Whom a token speaks for. All but `active` is absent when the token is unknown, changed or expired. */
export interface TokenInfo {
  active: boolean;
  subjectType?: 'APP' | 'MEMBER' | 'VISITOR' | 'USER';
  subjectId?: string;
  /** When it ends, in seconds since 1970. */
  exp?: number;
  /** When it was given, in seconds since 1970. */
  iat?: number;
  /** The app's id. */
  clientId?: string;
  siteId?: string;
  /** The site's id, by the name that apps know it by. */
  instanceId?: string;
}

/** The calls about tokens themselves. */
export interface TokenEndpoint {
  ask(request: TokenRequest): Promise<TokenReply>;
  info(token: string): Promise<TokenInfo>;
}

export function tokenEndpoint(server: Server): TokenEndpoint {
  const post = async (path: string, body: object): Promise<unknown> => {
    const reply = await server.fetch(`${server.origin}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (reply.ok) return reply.json();
    const { status, statusText } = reply;
    throw new TokenError(status, { status, statusText, data: (await reply.json().catch(() => ({}))) as Refusal });
  };
  return {
    ask: async (request) => (await post('/oauth2/token', request)) as TokenReply,
    info: async (token) => (await post('/oauth2/token-info', { token })) as TokenInfo,
  };
}
