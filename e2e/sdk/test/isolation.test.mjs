// Two sites on one server: whatever one asks, and whatever it brings of the other's, it learns nothing of the other and changes nothing there.
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { clientFor, refusal, settled, upload } from '../support/client.mjs';
import { ask, listen } from '../support/feed.mjs';
import { operations, pointers, request } from '../support/openapi.mjs';
import { startReceiver } from '../support/receiver.mjs';
import { startServer } from '../support/server.mjs';
import { newSite } from '../support/site.mjs';
import { startSource } from '../support/source.mjs';
import { pause } from '../support/until.mjs';

const INBOX = 'DC-INBOX.MANAGE-MSGS';
const word = () => `w${randomBytes(8).toString('hex')}`;
const TUS = { 'Tus-Resumable': '1.0.0' };

describe('two sites on one server', () => {
  let server;
  let source;
  let receivers;
  let mine;
  let theirs;
  before(async () => {
    server = await startServer({ args: ['--import-allow-networks', '127.0.0.0/8'] });
    source = await startSource();
    receivers = await Promise.all([startReceiver(), startReceiver()]);
    [mine, theirs] = await Promise.all(receivers.map(furnished));
  });
  after(async () => {
    await Promise.all(receivers.map((receiver) => receiver.close()));
    await source.stop();
    await server.stop();
  });

  const call = (site, path, { method = 'POST', body, headers = {} } = {}) => fetch(server.url + path, {
    method,
    headers: { Authorization: site.apiKey, 'Content-Type': 'application/json', ...headers },
    body: body && JSON.stringify(body),
  });
  const json = async (...args) => (await call(...args)).json();
  const text = (site, name, options) => upload(site.client, Buffer.from(name), 'text/plain', { fileName: name, ...options });

  /**
   * A site with something of everything. `marks` are what nobody else may see; `values` are what points at its things, by what they are.
   */
  async function furnished(receiver) {
    const site = await newSite(server, INBOX);
    const { files, channels } = site.client;
    const names = Object.fromEntries(['folder', 'label', 'open', 'closed', 'trashed', 'inbox', 'source', 'hook', 'started'].map((of) => [of, word()]));
    const hook = `${receiver.url}/${names.hook}`;
    const { webhookId } = await json(site, '/media-manager/v1/webhooks', { body: { url: hook, events: ['file_ready', 'file_deleted'] } });
    const open = await text(site, `${names.open}.txt`, { labels: [names.label], filePath: `/${names.folder}` });
    const closed = await text(site, `${names.closed}.txt`, { private: true });
    await text(site, `${word()}.txt`);
    const trashed = await text(site, `${names.trashed}.txt`);
    await files.bulkDeleteFiles([trashed.id]);
    const other = await text(site, `${word()}.txt`);
    await files.bulkDeleteFiles([other.id]);
    source.gives(`/${names.source}.txt`, Buffer.from(names.source));
    const { fileId: inbox } = await channels.importFile(`${source.url}/${names.source}.txt`, { mimeType: 'text/plain', displayName: `${names.inbox}.txt` });
    await settled(site.client, inbox);

    const { uploadUrl } = await files.generateFileUploadUrl('text/plain', { fileName: `${names.started}.txt` });
    const resumable = await files.generateFileResumableUploadUrl('text/plain', { fileName: `${names.started}.txt` });
    const begun = await fetch(resumable.uploadUrl, {
      method: 'POST',
      headers: { ...TUS, 'Upload-Length': '10', 'Upload-Metadata': `token ${btoa(resumable.uploadToken)}` },
    });
    const resource = new URL(begun.headers.get('location'), server.url).href;
    const [{ url: link }] = (await files.generateFileDownloadUrl(closed.id)).downloadUrls;
    const { downloadUrl: zip } = await files.generateFilesDownloadUrl([open.id]);
    const member = await json(site, '/media-manager/v1/tokens', { body: { identityType: 'MEMBER' } });
    const paging = { limit: 1 };
    const cursors = {
      list: (await files.listFiles({ paging })).nextCursor.cursors.next,
      search: (await files.searchFiles({ search: '.txt', paging })).nextCursor.cursors.next,
      deleted: (await files.listDeletedFiles({ paging })).nextCursor.cursors.next,
      query: (await json(site, '/site-media/v1/files/query', { body: { query: { cursorPaging: paging } } })).pagingMetadata.cursors.next,
    };
    const { deliveries: [{ deliveryId }] } = await json(site, `/media-manager/v1/webhooks/${webhookId}/deliveries`, { method: 'GET' });
    assert.ok(Object.values(cursors).every((cursor) => cursor), JSON.stringify(cursors));

    const folder = open.parentFolderId;
    return {
      ...site, receiver, webhookId, open, closed, trashed, inbox, folder, names, resumable, resource, link, zip, cursors, member, uploadUrl,
      marks: [
        site.siteId, site.keyId, site.apiKey, webhookId, open.id, closed.id, trashed.id, other.id, inbox, folder, open.hash, member.identityId,
        zip.split('/').pop(), resource.split('/').pop(), ...Object.values(names),
      ],
      values: {
        open: open.id, closed: closed.id, trashed: trashed.id, inbox, folder, webhookId, deliveryId, site: site.siteId, key: site.keyId,
        mediaUrl: `wix:document://v1/${open.id}/${names.open}.txt`, member: member.identityId, accessToken: member.accessToken,
        refreshToken: member.refreshToken, uploadToken: resumable.uploadToken, ...cursors,
      },
    };
  }

  /** A value of the same form that points at nothing. */
  function twinOf(value) {
    if (/^[0-9a-f-]{36}$/.test(value)) return randomUUID();
    if (/^\d+$/.test(value)) return `${value}00000`;
    const id = /[0-9a-f]{32}/.exec(value)?.[0];
    if (id) return value.replaceAll(id, id.slice(0, 24) + randomBytes(4).toString('hex'));
    const at = value.length - 10;
    return value.slice(0, at) + (value[at] === 'A' ? 'B' : 'A') + value.slice(at + 1);
  }

  /** What was answered: as it is, and without what differs from one call to the next. `it` is what was sent. */
  async function answer(reply, it) {
    const body = await reply.text();
    const headers = [...reply.headers].filter(([name]) => !['date', 'content-length', 'x-wix-request-id'].includes(name));
    const raw = JSON.stringify([reply.status, headers, body]);
    const sent = new RegExp(`(?<!\\w)(${[it, encodeURIComponent(it)].map((form) => form.replace(/[^\w]/g, '\\$&')).join('|')})(?!\\w)`, 'g');
    const scrubbed = raw.replace(sent, '{it}')
      .replace(/[\w-]+\.[\w-]{20,}\.[\w-]{20,}/g, '{token}')
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '{uuid}')
      .replace(/[0-9a-f]{32}/g, '{hex}')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '{time}')
      .replace(/-----BEGIN[\s\S]*?-----END[^"]*/g, '{key}');
    return { status: reply.status, raw, scrubbed };
  }

  /** Fails if an answer shows anything of theirs that was not in the question. */
  function showsNothing(raw, asked) {
    const shown = theirs.marks.filter((mark) => raw.includes(mark) && !asked.includes(mark));
    assert.deepEqual(shown, [], `${asked}\n${raw}`);
  }

  /** Signatures are made anew each time. */
  const unsigned = (files) => files.map((file) => ({ ...file, thumbnailUrl: file.thumbnailUrl.split('?')[0] }));

  /** Everything that can be seen of a site from inside. */
  const stateOf = async (site) => ({
    files: unsigned((await site.client.files.searchFiles()).files),
    deleted: unsigned((await site.client.files.listDeletedFiles()).files),
    folders: await json(site, '/site-media/v1/folders/search', { body: {} }),
    usage: (await site.client.channels.getStorageQuota()).totalUsage,
    webhooks: await json(site, '/media-manager/v1/webhooks', { method: 'GET' }),
    upload: (await fetch(site.resource, { method: 'HEAD', headers: TUS })).headers.get('upload-offset'),
    link: await (await fetch(site.link)).text(),
    zip: (await fetch(site.zip)).status,
  });

  it('answers about the other\'s things as about none at all, on every method', async () => {
    const before = await stateOf(theirs);
    const fills = {
      fileId: mine.open.id, fileIds: mine.open.id, id: mine.open.id, parentFolderId: mine.folder, folderId: mine.folder, folderIds: mine.folder, 'folder.id': mine.folder,
      webhookId: mine.webhookId, mimeType: 'image/jpeg', url: `${source.url}/nothing.jpg`, displayName: 'a.jpg', fileName: 'a.jpg',
    };
    const asked = [];
    for (const operation of await operations(server.url)) {
      if (operation.path.endsWith('/events')) continue; // never ends; looked at below
      for (const pointer of pointers(operation)) {
        // An app calls its members as it likes, and its own log says how.
        if (operation.name === 'mintToken' && pointer.path?.at(-1) === 'identityId') continue;
        if (operation.method === 'DELETE' && pointer.in !== 'path') continue; // the path says what goes: here it would be ours
        for (const [what, value] of Object.entries(theirs.values)) {
          // A short number says nothing where no delivery is asked for, and occurs everywhere.
          if (what !== 'deliveryId' || pointer.path?.at(-1) === what) asked.push({ operation, pointer, what, value });
        }
      }
    }
    const methods = new Set(asked.map(({ operation }) => operation.name.split('_')[0]));
    assert.ok(methods.size > 20, [...methods].join(' '));
    const one = async ({ operation, pointer, what, value }) => {
      const send = async (it) => {
        const { method, path, body } = request(operation, pointer, it, (field) => fills[field] ?? fills[field.split('.').pop()]);
        const sent = `${method} ${decodeURIComponent(path)} ${JSON.stringify(body)}`;
        const found = await answer(await call(mine, path, { method, body }), it);
        showsNothing(found.raw, sent);
        return { ...found, sent };
      };
      const real = await send(value);
      const none = await send(twinOf(value));
      assert.equal(real.scrubbed, none.scrubbed, `${what}: ${real.sent}\n${none.sent}`);
      assert.ok(real.status < 500, `${what}: ${real.sent} ${real.raw}`);
    };
    while (asked.length > 0) await Promise.all(asked.splice(0, 16).map(one));
    assert.deepEqual(await stateOf(theirs), before);
  });

  it('shows its own things alone in every list', async () => {
    for (const operation of (await operations(server.url)).filter(({ path }) => !path.endsWith('/events'))) {
      // What is in an archive is asked of one file, which is none here.
      if (!/list|search|query|quota/i.test(operation.name) || operation.name.startsWith('listEntries')) continue;
      const { method, path, body } = request(operation, {}, undefined, (field) => ({ webhookId: mine.webhookId, fileId: mine.open.id })[field]);
      const reply = await call(mine, path, { method, body });
      assert.equal(reply.status, 200, operation.name);
      showsNothing(await reply.text(), '');
    }
    for (const search of Object.values(theirs.names)) {
      for (const rootFolder of ['MEDIA_ROOT', 'TRASH_ROOT', 'VISITOR_UPLOADS_ROOT']) {
        assert.deepEqual((await mine.client.files.searchFiles({ search, rootFolder })).files, []);
      }
    }
  });

  it('refuses the other\'s cursors like any that it didn\'t make', async () => {
    const { list, search, deleted, query } = theirs.cursors;
    for (const [path, method, body] of [
      [`/site-media/v1/files?paging.cursor=${list}`, 'GET'],
      ['/site-media/v1/files/search', 'POST', { paging: { cursor: search } }],
      [`/site-media/v1/trash-bin/files?paging.cursor=${deleted}`, 'GET'],
      ['/site-media/v1/files/query', 'POST', { query: { cursorPaging: { cursor: query } } }],
    ]) {
      assert.equal((await call(theirs, path, { method, body })).status, 200, path);
      const reply = await call(mine, path, { method, body });
      assert.equal(reply.status, 400, path);
      showsNothing(await reply.text(), '');
    }
  });

  it('makes no zip of both sites\' files', async () => {
    for (const ids of [[mine.open.id, theirs.open.id], [theirs.open.id, mine.open.id], [theirs.open.id]]) {
      const { rule, error } = await refusal(() => mine.client.files.generateFilesDownloadUrl(ids));
      assert.equal(rule, 'RESOURCE_NOT_FOUND');
      showsNothing(JSON.stringify(error), JSON.stringify(ids));
    }
  });

  it('lets a download link open its own file alone', async () => {
    const [ours, others] = [new URL(mine.link), new URL(theirs.link)];
    assert.equal(await (await fetch(others)).text(), `${theirs.names.closed}.txt`);
    for (const id of [theirs.closed.id, theirs.open.id, theirs.trashed.id, theirs.inbox]) {
      const asked = async (of) => answer(await fetch(`${server.url}${ours.pathname.replace(mine.closed.id, of)}${ours.search}`), of);
      const [real, none] = [await asked(id), await asked(twinOf(id))];
      assert.equal(real.status, 403);
      assert.equal(real.scrubbed, none.scrubbed);
      showsNothing(real.raw, id);
    }
    assert.equal((await fetch(others.href.replace(theirs.closed.id, mine.closed.id))).status, 403);
  });

  it('puts an upload where its token belongs, whoever sends it', async () => {
    const { uploadUrl } = await theirs.client.files.generateFileUploadUrl('text/plain', { fileName: 'sent-by-another.txt' });
    const headers = { Authorization: mine.apiKey, 'wix-site-id': mine.siteId };
    const { file } = await (await fetch(uploadUrl, { method: 'PUT', body: 'sent', headers })).json();
    assert.equal(file.siteId, theirs.siteId);
    assert.equal((await refusal(() => mine.client.files.getFileDescriptor(file.id))).rule, 'RESOURCE_NOT_FOUND');
    await theirs.client.files.bulkDeleteFiles([file.id], { permanent: true });
  });

  it('gives nobody a resumable upload of the other\'s', async () => {
    const { uploadUrl, uploadToken } = await mine.client.files.generateFileResumableUploadUrl('text/plain', { fileName: 'joined.txt' });
    const joining = (urls) => fetch(uploadUrl, {
      method: 'POST',
      headers: { ...TUS, 'Upload-Concat': `final;${urls.join(' ')}`, 'Upload-Metadata': `token ${btoa(uploadToken)}` },
    });
    const [real, none] = await Promise.all([theirs.resource, twinOf(theirs.resource)].map(async (url) => answer(await joining([url]), url)));
    assert.ok(real.status >= 400, real.raw);
    assert.equal(real.scrubbed, none.scrubbed);
    // Their parts are theirs once their token has claimed them.
    const part = await fetch(uploadUrl, { method: 'POST', headers: { ...TUS, 'Upload-Concat': 'partial', 'Upload-Length': '5' } });
    const partUrl = new URL(part.headers.get('location'), server.url).href;
    await fetch(partUrl, { method: 'PATCH', body: 'parts', headers: { ...TUS, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' } });
    const own = await theirs.client.files.generateFileResumableUploadUrl('text/plain', { fileName: 'own.txt' });
    const claimed = await fetch(own.uploadUrl, {
      method: 'POST',
      headers: { ...TUS, 'Upload-Concat': `final;${partUrl}`, 'Upload-Metadata': `token ${btoa(own.uploadToken)}` },
    });
    assert.equal(claimed.status, 201);
    assert.ok((await joining([partUrl])).status >= 400);
    assert.equal((await fetch(theirs.resource, { method: 'HEAD', headers: TUS })).headers.get('upload-offset'), '0');
    const unfinished = await fetch(`${uploadUrl}/${uploadToken}`, { method: 'PUT' });
    assert.ok(unfinished.status >= 400);
    showsNothing(await unfinished.text(), '');
  });

  it('tells each site what happens there, on the feed and by webhooks', async () => {
    const [feed, all, others] = [await listen(mine), await listen(mine, { lastEventId: '0' }), await listen(theirs)];
    const secret = await text(theirs, `${word()}.txt`);
    await theirs.client.files.bulkDeleteFiles([secret.id]);
    await others.heard(2);
    // From their position, which says nothing of theirs.
    const behind = await listen(mine, { lastEventId: others.lastEventId });
    const own = await text(mine, 'told.txt');
    for (const listener of [feed, behind]) {
      await listener.heard(1);
      assert.equal(listener.told.at(-1).data.entityId, own.id);
    }
    await mine.receiver.arrived(({ event }) => event?.entityId === own.id);
    await theirs.receiver.arrived(({ event }) => event?.entityId === secret.id, 2);
    await pause(300);
    for (const listener of [feed, all, behind]) {
      const told = JSON.stringify(listener.told);
      showsNothing(told, '');
      assert.ok(!told.includes(secret.id));
      listener.leave();
    }
    others.leave();
    showsNothing(JSON.stringify(mine.receiver.messages), '');
    assert.ok(!JSON.stringify(theirs.receiver.messages).includes(own.id));
    assert.equal((await ask({ url: server.url, apiKey: mine.member.accessToken })).status, 403);
  });

  it('lets no key and no token act for the other site', async () => {
    const as = (headers) => call(mine, '/site-media/v1/files', { method: 'GET', headers });
    const asSite = async (siteId) => answer(await as({ 'wix-site-id': siteId }), siteId);
    const [real, none] = [await asSite(theirs.siteId), await asSite(randomUUID())];
    assert.equal(real.status, 403);
    assert.equal(real.scrubbed, none.scrubbed);

    const granted = async (body) => answer(await call({}, '/oauth2/token', { body, headers: { Authorization: '' } }), String(body.it));
    const app = { grant_type: 'client_credentials', client_id: mine.keyId, client_secret: mine.apiKey };
    for (const [field, value] of [
      ['instance_id', theirs.siteId],
      ['on_behalf_of', theirs.member.accessToken],
      ['on_behalf_of', theirs.uploadUrl.split('/').pop()],
    ]) {
      const [refused, same] = await Promise.all([value, twinOf(value)].map((it) => granted({ ...app, [field]: it, it })));
      assert.ok([400, 401, 403].includes(refused.status), `${field}: ${refused.raw}`);
      assert.equal(refused.scrubbed, same.scrubbed);
      showsNothing(refused.raw, value);
    }
    const stripped = { grant_type: 'strip_bound_session', client_secret: mine.apiKey, access_token: theirs.member.accessToken };
    assert.ok([400, 401].includes((await granted(stripped)).status));
  });

  it('lets a key of both sites act for the one that is named, and for that alone', async () => {
    const both = await server.admin(
      'keys', 'create', '--site', mine.siteId, '--site', theirs.siteId, '--name', 'both', '--scope', 'SCOPE.DC-MEDIA.MANAGE-MEDIAMANAGER',
    );
    for (const [here, there] of [[mine, theirs], [theirs, mine]]) {
      const { files } = clientFor(server, { apiKey: both.apiKey, siteId: here.siteId });
      assert.equal((await files.getFileDescriptor(here.open.id)).siteId, here.siteId);
      assert.equal((await refusal(() => files.getFileDescriptor(there.open.id))).rule, 'RESOURCE_NOT_FOUND');
      assert.ok((await files.searchFiles()).files.every(({ siteId }) => siteId === here.siteId));
    }
    assert.ok([400, 403].includes((await fetch(`${server.url}/site-media/v1/files`, { headers: { Authorization: both.apiKey } })).status));
  });
});
