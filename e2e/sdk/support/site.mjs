import { clientFor } from './client.mjs';

/** A key of a site with these scopes, such as `DC-MEDIA.READ-MEDIAMANAGER`. */
export const keyOf = (server, siteId, ...scopes) =>
  server.admin('keys', 'create', '--site', siteId, '--name', 'k', ...scopes.flatMap((scope) => ['--scope', `SCOPE.${scope}`]));

/**
 * A new site, so that tests on one server don't see each other: `url`, `siteId`, `apiKey`, and a `client` that may do
 * everything in the Files API, and what further scopes allow.
 */
export async function newSite(server, ...scopes) {
  const { siteId } = await server.admin('sites', 'create', '--name', 'Own');
  const { apiKey, keyId } = await keyOf(server, siteId, 'DC-MEDIA.MANAGE-MEDIAMANAGER', ...scopes);
  return { url: server.url, siteId, apiKey, keyId, client: clientFor(server, { apiKey, siteId }) };
}
