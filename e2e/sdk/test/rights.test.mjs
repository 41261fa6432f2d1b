import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { clientFor, refusal, upload } from '../support/client.mjs';
import { startServer } from '../support/server.mjs';

describe('rights and paths', () => {
  let server;
  let client;
  let file;
  before(async () => {
    server = await startServer();
    client = clientFor(server);
    file = await upload(client, Buffer.from('x'), 'text/plain', { fileName: 'mine.txt' });
  });
  after(() => server.stop());

  it('refuses callers without a good key, and says which kind of refusal it is', async () => {
    const status = async (options) => (await refusal(() => clientFor(server, options).files.listFiles())).code;
    assert.equal(await status({ apiKey: 'wrong' }), 'UNAUTHENTICATED');
    assert.equal((await fetch(`${server.url}/site-media/v1/files`)).status, 401);
    assert.equal(await status({ siteId: 'another-site' }), 'PERMISSION_DENIED');
  });

  it('knows a revoked key within a second', async () => {
    const scope = ['--scope', 'SCOPE.DC-MEDIA.READ-MEDIAMANAGER'];
    const { keyId, apiKey } = await server.admin('keys', 'create', '--site', server.siteId, '--name', 'reader', ...scope);
    const reader = clientFor(server, { apiKey });
    assert.equal((await reader.files.listFiles()).files.length, 1);
    assert.equal((await refusal(() => reader.files.bulkDeleteFiles([file.id]))).code, 'PERMISSION_DENIED');
    await server.admin('keys', 'revoke', keyId);
    await new Promise((resolve) => setTimeout(resolve, 900));
    assert.equal((await refusal(() => reader.files.listFiles())).code, 'UNAUTHENTICATED');
  });

  it('keeps sites apart', async () => {
    const { siteId } = await server.admin('sites', 'create', '--name', 'Other');
    const scope = ['--scope', 'SCOPE.DC-MEDIA.MANAGE-MEDIAMANAGER'];
    const { apiKey } = await server.admin('keys', 'create', '--site', siteId, '--name', 'k', ...scope);
    const other = clientFor(server, { apiKey, siteId });
    assert.equal((await other.files.searchFiles()).files.length, 0);
    for (const call of [
      () => other.files.getFileDescriptor(file.id),
      () => other.files.updateFileDescriptor({ _id: file.id, displayName: 'stolen' }),
      () => other.files.bulkDeleteFiles([file.id], { permanent: true }),
      () => other.files.bulkRestoreFilesFromTrashBin([file.id]),
      () => other.files.generateFileDownloadUrl(file.id),
      () => other.files.generateFilesDownloadUrl([file.id]),
      () => other.files.generateVideoStreamingUrl(file.id),
    ]) {
      assert.equal((await refusal(call)).rule, 'RESOURCE_NOT_FOUND');
    }
    const { nextCursor } = await client.files.listFiles({ paging: { limit: 1 } });
    assert.equal(nextCursor.hasNext, false);
    assert.notEqual(file.id.slice(0, 6), (await upload(other, Buffer.from('y'), 'text/plain', { fileName: 'y.txt' })).id.slice(0, 6));
  });

  it('answers on every path that published clients use', async () => {
    const headers = { Authorization: `Bearer ${server.apiKey}`, 'Content-Type': 'application/json' };
    for (const prefix of ['/site-media', '/wix-privatemedia-proxy-server', '/_api/wix-privatemedia-proxy-server']) {
      assert.equal((await fetch(`${server.url}${prefix}/v1/files`, { headers })).status, 200, prefix);
    }
    const base = `${server.url}/site-media/v1/files`;
    const send = (method, path, body) => fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
    const encoded = encodeURIComponent(file.id);
    assert.equal((await (await send('GET', `/${encoded}`)).json()).file.id, file.id);
    assert.equal((await (await send('PATCH', `/${encoded}`, { displayName: 'old.txt' })).json()).file.displayName, 'old.txt');
    assert.equal((await (await send('PATCH', `/${encoded}/update`, { file: { labels: ['a'] } })).json()).file.labels[0], 'a');
    assert.equal((await (await send('POST', `/${encoded}/generate-download-url`, {})).json()).downloadUrls.length, 1);
    const stream = await (await send('POST', `/video/${encoded}/generate-stream-url`, {})).json();
    assert.equal(stream.details.validationError.fieldViolations[0].ruleName, 'FILE_HAS_NO_STREAM');
    assert.equal((await clientFor(server, { host: 'www' }).files.listFiles()).files.length, 1);
  });

  it('answers nonsense with a clear error and never with a fault', async () => {
    const headers = { Authorization: server.apiKey };
    const send = async (method, path, body) => {
      const reply = await fetch(server.url + path, { method, headers, body });
      assert.ok(reply.headers.get('x-wix-request-id'));
      return [reply.status, (await reply.json()).details];
    };
    const search = '/site-media/v1/files/search';
    for (const body of ['{', '[]', '"x"', '{"search":5}', '{"paging":[]}', '{"rootFolder":"NOWHERE"}', '{"private":"maybe"}', '{"paging":{"limit":1.5}}']) {
      const [status, details] = await send('POST', search, body);
      assert.equal(status, 400, body);
      assert.ok(details.validationError.fieldViolations.length > 0, body);
    }
    assert.equal((await send('POST', search, ' '.repeat(4_000_001)))[0], 413);
    assert.equal((await send('GET', '/nowhere'))[0], 404);
    assert.equal((await send('DELETE', search))[0], 405);
    assert.equal((await send('GET', `/site-media/v1/files?${'a.'.repeat(5000)}=1`))[0], 200);
    assert.equal((await send('GET', '/site-media/v1/files?parentFolderId=%ff'))[0], 400);
    assert.equal((await send('GET', '/media/..%2f..%2fetc%2fpasswd'))[0], 404);
    assert.equal((await send('GET', '/media/%00'))[0], 404);
  });
});
