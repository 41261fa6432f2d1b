import type { Tokens } from '@wix/sdk';

/** An authentication strategy for `createClient`. */
export interface Strategy {
  getAuthHeaders(): Promise<{ headers: Record<string, string> }>;
  /** The same caller with the rights of its app, for the client that `auth.elevate` uses. Always the same object. */
  elevated(): Strategy;
}

/** A strategy whose tokens outlive the process where the caller keeps them: in a cookie, in local storage. */
export interface SessionStrategy extends Strategy {
  /** The tokens as they are now, in the form of the SDK's `OAuthStrategy`. */
  getTokens(): Tokens;
  /** Throws when the app's secret is not known. */
  elevated(): Strategy;
}

/** A strategy that sends what `accessToken` gives. */
export const sending = (accessToken: () => Promise<string>): Pick<Strategy, 'getAuthHeaders'> => ({
  getAuthHeaders: async () => ({ headers: { Authorization: await accessToken() } }),
});
