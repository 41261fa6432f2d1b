import type { Strategy } from './strategy.js';

export interface ApiKeyOptions {
  apiKey: string;
  /** Which site; needed for a key of several sites. */
  siteId?: string;
}

/** An API key has all the rights it can have: elevated, it is the same. */
export function apiKey({ apiKey: key, siteId }: ApiKeyOptions): Strategy {
  const headers = { Authorization: key, ...(siteId ? { 'wix-site-id': siteId } : {}) };
  const strategy: Strategy = { getAuthHeaders: async () => ({ headers }), elevated: () => strategy };
  return strategy;
}
