// Compiled, never run: the package's declarations fit those of the published client.
import { createClient, type Tokens } from '@wix/sdk';
import { files } from '@wix/media';
import { selfHosted, TokenError, type Strategy } from 'media-manager-client';
import { elevate } from 'wix-auth';
import { files as same } from 'wix-media.v2';

const { host, fetch, ...as } = selfHosted({ url: 'http://127.0.0.1:8080' });

const byKey = createClient({ modules: { files }, host, fetch, auth: as.apiKey({ apiKey: 'k', siteId: 's' }) });
export const listed: Promise<files.ListFilesResponse> = byKey.files.listFiles();

const byApp = createClient({ modules: { files }, host, fetch, auth: as.app({ appId: 'a', appSecret: 's', publicKey: 'p' }) });
export const webhooks = byApp.webhooks.process('jwt');

const session = as.visitor({ clientId: 'a', appSecret: 's' });
export const kept: Tokens = session.getTokens();
export const elevated: Strategy = session.elevated();
createClient({ host, fetch, auth: () => session }).enableContext('global');
createClient({ host, fetch, auth: as.member({ accessToken: 't' }).elevated() }).enableContext('global', { elevated: true });

export const found: Promise<files.ListFilesResponse> = elevate(same.listFiles)({ parentFolderId: 'media-root' });
export const code = (error: unknown): string | undefined => (error instanceof TokenError ? error.code : undefined);

// @ts-expect-error a member needs a token
as.member({ clientId: 'a' });
// @ts-expect-error an app needs its secret
as.app({ appId: 'a' });
