// Who did what to which file from where: noted with every change, readable by those who may, and without a secret.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { clientFor, put, upload } from '../support/client.mjs';
import { startServer } from '../support/server.mjs';

describe('the audit log', () => {
  let server;
  let client;
  let siteId;
  before(async () => {
    server = await startServer({ args: ['--trusted-proxies', '127.0.0.0/8'] });
    client = clientFor(server);
    ({ siteId } = server);
  });
  after(() => server.stop());

  const call = (method, path, body, headers = {}) =>
    fetch(`${server.url}${path}`, {
      method,
      headers: { Authorization: server.apiKey, 'wix-site-id': siteId, ...headers },
      body: body && JSON.stringify(body),
    });
  const log = async (query = {}) => {
    const reply = await call('GET', `/media-manager/v1/audit-log?${new URLSearchParams(query)}`);
    assert.equal(reply.status, 200);
    return reply.json();
  };
  const of = async (entityId) => (await log({ entityId })).entries;

  it('tells the life of a file: who did what, by which key and request, from where', async () => {
    const [{ keyId }] = await server.admin('keys', 'list');
    const { uploadUrl } = await client.files.generateFileUploadUrl('text/plain', { fileName: 'a.txt' });
    const sent = await fetch(uploadUrl, { method: 'PUT', body: 'hello', headers: { 'X-Forwarded-For': '203.0.113.7' } });
    const { file } = await sent.json();
    const renamed = await call(
      'PATCH', '/site-media/v1/files/update-file-descriptor', { file: { id: file.id, displayName: 'b.txt' } },
      { 'X-Forwarded-For': '198.51.100.9' },
    );
    await client.files.bulkDeleteFiles([file.id]);
    await client.files.bulkRestoreFilesFromTrashBin([file.id]);
    await client.files.bulkDeleteFiles([file.id], { permanent: true });
    const entries = await of(file.id);
    assert.deepEqual(
      entries.map(({ action }) => action),
      ['file.delete', 'file.restore', 'file.trash', 'file.update', 'file.upload', 'file.upload_url'],
    );
    for (const { identity, entityId, time } of entries) {
      assert.deepEqual(identity, { identityType: 'APP', identityId: keyId });
      assert.equal(entityId, file.id);
      assert.ok(Date.now() - Date.parse(time) < 60_000);
    }
    const [, , , update, uploaded] = entries;
    assert.equal(update.address, '198.51.100.9');
    assert.equal(update.keyId, keyId);
    assert.equal(update.requestId, renamed.headers.get('x-wix-request-id'));
    assert.deepEqual(update.detail, { displayName: 'b.txt', parentFolderId: 'media-root' });
    assert.equal(uploaded.address, '203.0.113.7');
    assert.equal(uploaded.requestId, sent.headers.get('x-wix-request-id'));
    assert.equal(uploaded.detail.sizeInBytes, '5');
  });

  it('tells of folders, zips, and links to private files', async () => {
    const { folder } = await client.folders.createFolder('trip');
    await client.folders.updateFolder(folder._id, { displayName: 'journey' });
    await upload(client, Buffer.from('x'), 'text/plain', { fileName: 'x.txt', parentFolderId: folder._id });
    await client.folders.generateFolderDownloadUrl(folder._id);
    await client.folders.bulkDeleteFolders([folder._id]);
    await client.folders.bulkRestoreFoldersFromTrashBin([folder._id]);
    await client.folders.bulkDeleteFolders([folder._id], { permanent: true });
    assert.deepEqual(
      (await of(folder._id)).map(({ action }) => action),
      ['folder.delete', 'folder.restore', 'folder.trash', 'archive.create', 'folder.update', 'folder.create'],
    );
    const [secret, open] = await Promise.all([true, false].map((hidden) =>
      upload(client, Buffer.from('x'), 'text/plain', { fileName: 'y.txt', private: hidden })));
    for (const { id } of [secret, open]) await client.files.generateFileDownloadUrl(id);
    assert.equal((await of(secret.id))[0].action, 'file.link');
    assert.equal((await of(open.id))[0].action, 'file.upload');
  });

  it('tells what the command line did, and of keys and webhooks', async () => {
    const scope = 'SCOPE.DC-MEDIA.READ-MEDIAMANAGER';
    const { keyId, apiKey } = await server.admin('keys', 'create', '--site', siteId, '--name', 'reader', '--scope', scope);
    await server.admin('keys', 'revoke', keyId);
    const [revoked, made] = await of(keyId);
    assert.deepEqual([made.action, revoked.action], ['key.create', 'key.revoke']);
    assert.deepEqual(made.detail, { name: 'reader', scopes: [scope] });
    assert.ok(!('identity' in made) && !('address' in made));
    await server.admin('quota', 'set', '--site', siteId, '--bytes', '1000000');
    assert.deepEqual((await of(siteId))[0].detail, { bytes: '1000000', files: null });
    const hook = await (await call('POST', '/media-manager/v1/webhooks', { url: 'https://app.example/hook?token=s3cret', events: ['file_ready'] })).json();
    await call('DELETE', `/media-manager/v1/webhooks/${hook.webhookId}`);
    assert.deepEqual((await of(hook.webhookId)).map(({ action }) => action), ['webhook.remove', 'webhook.add']);
    const everything = JSON.stringify(await server.admin('audit', 'list', '--limit', '10000'));
    for (const secret of [apiKey, server.apiKey, 's3cret', 'eyJ']) assert.ok(!everything.includes(secret), secret);
  });

  it('tells of users: how they came, what they may, when they signed in, and who only tried', async () => {
    const user = { email: 'ada@example.org', role: 'viewer', password: 'correct horse battery' };
    const { userId } = await (await call('POST', '/media-manager/v1/users', user)).json();
    const signIn = (password) => call('POST', '/media-manager/v1/sessions', { email: user.email, password }, { Authorization: '' });
    assert.equal((await signIn('wrong')).status, 401);
    const { sessionToken } = await (await signIn(user.password)).json();
    await call('PATCH', `/media-manager/v1/users/${userId}`, { role: 'owner' });
    const seen = await call('GET', '/media-manager/v1/audit-log', undefined, { Authorization: sessionToken });
    assert.equal(seen.status, 200, 'an owner reads it');
    await call('DELETE', '/media-manager/v1/sessions', undefined, { Authorization: sessionToken });
    await call('DELETE', `/media-manager/v1/users/${userId}`);
    const all = await server.admin('audit', 'list', '--entity', userId);
    assert.deepEqual(
      all.map(({ action }) => action),
      ['user.revoke', 'user.sign_out', 'user.grant', 'user.sign_in', 'user.create'],
    );
    assert.equal(all[3].address, '127.0.0.1');
    const [failed] = await server.admin('audit', 'list', '--entity', user.email);
    assert.equal(failed.action, 'user.sign_in_failed');
    assert.ok(!JSON.stringify(await server.admin('audit', 'list')).includes(user.password));
    assert.ok(!JSON.stringify(all).includes(sessionToken));
  });

  it('is read page by page, by who, and by time', async () => {
    const began = new Date().toISOString();
    for (let number = 0; number < 7; number += 1) await client.folders.createFolder(`page ${number}`);
    const names = [];
    let paging = { 'paging.limit': 3 };
    do {
      const page = await log({ from: began, ...paging });
      names.push(...page.entries.map(({ detail }) => detail.displayName));
      paging = page.nextCursor.hasNext && { 'paging.limit': 3, 'paging.cursor': page.nextCursor.cursors.next };
    } while (paging);
    assert.deepEqual(names, [6, 5, 4, 3, 2, 1, 0].map((number) => `page ${number}`));
    assert.equal((await log({ until: began, from: began })).entries.length, 0);
    const [{ keyId }] = await server.admin('keys', 'list');
    assert.equal((await log({ identityId: keyId, 'paging.limit': 1 })).entries[0].identity.identityId, keyId);
    assert.equal((await log({ identityId: 'nobody' })).entries.length, 0);
    const forged = await call('GET', '/media-manager/v1/audit-log?paging.cursor=x');
    assert.equal((await forged.json()).details.validationError.fieldViolations[0].ruleName, 'INVALID_CURSOR');
    assert.equal((await call('GET', '/media-manager/v1/audit-log?from=yesterday')).status, 400);
  });

  it('is for those who manage the site, and tells nothing of others', async () => {
    const scope = 'SCOPE.DC-MEDIA.MANAGE-MEDIAMANAGER';
    const other = await server.admin('sites', 'create', '--name', 'Other');
    const { apiKey } = await server.admin('keys', 'create', '--site', other.siteId, '--name', 'other', '--scope', scope);
    await put(clientFor(server, { apiKey, siteId: other.siteId }), Buffer.from('x'), 'text/plain', { fileName: 'other.txt' });
    const there = await call('GET', '/media-manager/v1/audit-log', undefined, { Authorization: apiKey, 'wix-site-id': other.siteId });
    const { entries } = await there.json();
    assert.deepEqual(entries.map(({ action }) => action), ['file.upload', 'file.upload_url', 'key.create', 'site.create']);
    assert.ok(!JSON.stringify((await log({ 'paging.limit': 200 })).entries).includes('other.txt'));
    const reader = await server.admin('keys', 'create', '--site', siteId, '--name', 'r', '--scope', 'SCOPE.DC-MEDIA.READ-MEDIAMANAGER');
    assert.equal((await call('GET', '/media-manager/v1/audit-log', undefined, { Authorization: reader.apiKey })).status, 403);
  });
});
