import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { clientFor, upload } from '../support/client.mjs';
import { ask, listen } from '../support/feed.mjs';
import { startServer } from '../support/server.mjs';
import { keyOf, newSite } from '../support/site.mjs';
import { pause } from '../support/until.mjs';

const text = (client, fileName, options) => upload(client, Buffer.from(fileName), 'text/plain', { fileName, ...options });
const entities = (events) => events.map(({ data }) => data.entityId);

describe('the live feed', { concurrency: true }, () => {
  let server;
  before(async () => { server = await startServer(); });
  after(() => server.stop());

  it('tells every listener what happens, within a second, as webhooks tell it', async () => {
    const site = await newSite(server);
    const listeners = await Promise.all([1, 2, 3].map(() => listen(site)));
    const file = await text(site.client, 'new.txt', { filePath: '/made' });
    const uploaded = performance.now();
    await Promise.all(listeners.map((listener) => listener.heard(2)));
    await site.client.files.updateFileDescriptor({ _id: file.id, displayName: 'renamed.txt' });
    await site.client.files.bulkDeleteFiles([file.id]);
    const deleted = performance.now();
    for (const { type, heard } of listeners) {
      assert.equal(type, 'text/event-stream');
      const [made, ready, updated, gone] = await heard(4);
      assert.deepEqual([made, ready, updated, gone].map(({ event }) => event), ['folder_created', 'file_ready', 'file_updated', 'file_deleted']);
      assert.ok(ready.at - uploaded < 1000 && gone.at - deleted < 1000, 'within a second');
      assert.equal(made.data.createdEvent.entity.displayName, 'made');
      assert.equal(ready.data.entityFqdn, 'wix.media.site_media.v1.file_descriptor');
      assert.deepEqual(ready.data.actionEvent.body.file, file);
      assert.equal(updated.data.updatedEvent.currentEntity.displayName, 'renamed.txt');
      assert.equal(gone.data.deletedEvent.movedToTrash, true);
      const sequence = [ready, updated, gone].map(({ data }) => Number(data.entityEventSequence));
      assert.ok(sequence[0] < sequence[1] && sequence[1] < sequence[2], String(sequence));
    }
    listeners.forEach((listener) => listener.leave());
  });

  it('tells what becomes of folders, once for everything in them', async () => {
    const site = await newSite(server);
    const { folders } = site.client;
    const listener = await listen(site);
    const { folder } = await folders.createFolder('trip');
    await text(site.client, 'a.txt', { parentFolderId: folder._id });
    await folders.updateFolder(folder._id, { displayName: 'journey' });
    await folders.bulkDeleteFolders([folder._id]);
    await folders.bulkRestoreFoldersFromTrashBin([folder._id]);
    await folders.bulkDeleteFolders([folder._id], { permanent: true });
    const events = await listener.heard(6);
    listener.leave();
    assert.deepEqual(
      events.map(({ event }) => event),
      ['folder_created', 'file_ready', 'folder_updated', 'folder_deleted', 'folder_created', 'folder_deleted'],
    );
    const told = events.filter(({ event }) => event.startsWith('folder')).map(({ data }) => data);
    for (const data of told) {
      assert.equal(data.entityFqdn, 'wix.media.site_media.v1.folder');
      assert.equal(data.entityId, folder._id);
    }
    const [made, renamed, trashed, back, gone] = told;
    assert.equal(made.createdEvent.entity.displayName, 'trip');
    assert.equal(renamed.updatedEvent.currentEntity.displayName, 'journey');
    assert.deepEqual([trashed.deletedEvent.movedToTrash, gone.deletedEvent.movedToTrash], [true, false]);
    assert.deepEqual([trashed.deletedEvent.deletedEntity.state, trashed.deletedEvent.deletedEntity.parentFolderId], ['DELETED', 'trash-root']);
    assert.equal(back.createdEvent.entity.parentFolderId, 'media-root');
    assert.ok(Date.parse(back.createdEvent.restoreInfo.deletedDate) > 0);
    assert.deepEqual(told.map(({ entityEventSequence }) => entityEventSequence), ['1', '2', '3', '4', '5']);
  });

  it('goes on behind Last-Event-ID, so that who comes back again and again misses nothing and hears nothing twice', async () => {
    const site = await newSite(server);
    const uploaded = [];
    const heard = [];
    let lastEventId = (await listen(site)).lastEventId;
    const sending = Array.from({ length: 4 }, async (_, lane) => {
      for (let number = 0; number < 25; number += 1) uploaded.push((await text(site.client, `${lane}-${number}.txt`)).id);
    });
    let visits = 0;
    while (heard.length < 100) {
      const listener = await listen(site, { lastEventId });
      await listener.heard(1);
      await pause(30);
      listener.leave();
      await listener.ended;
      heard.push(...entities(listener.told));
      lastEventId = listener.lastEventId;
      visits += 1;
    }
    await Promise.all(sending);
    assert.ok(visits > 2, 'it came back several times');
    assert.deepEqual(heard.toSorted(), uploaded.toSorted());

    // From the very beginning, or from anywhere else.
    const again = await listen(site, { lastEventId: '0' });
    assert.deepEqual(entities(await again.heard(100)), heard);
    const half = await listen(site, { lastEventId: again.told[49].id });
    assert.deepEqual(entities(await half.heard(50)), heard.slice(50));
    again.leave();
    half.leave();
  });

  it('tells nothing of other sites, and nothing to callers without the right', async () => {
    const [site, other] = await Promise.all([newSite(server), newSite(server)]);
    const [own, all] = [await listen(site), await listen(site, { lastEventId: '0' })];
    await text(other.client, 'secret.txt');
    const file = await text(site.client, 'mine.txt');
    for (const listener of [own, all]) {
      await listener.heard(1);
      await pause(200);
      assert.deepEqual(entities(listener.told), [file.id]);
      listener.leave();
    }

    const status = async (caller, options) => {
      const reply = await ask({ ...site, ...caller }, options);
      await reply.body.cancel();
      return reply.status;
    };
    const inbox = await keyOf(server, site.siteId, 'DC-INBOX.MANAGE-MSGS');
    const reader = await keyOf(server, site.siteId, 'DC-MEDIA.READ-MEDIAMANAGER');
    assert.equal(await status({ apiKey: undefined }), 401);
    assert.equal(await status({ apiKey: 'wrong' }), 401);
    assert.equal(await status({ apiKey: inbox.apiKey }), 403);
    assert.equal(await status({ apiKey: reader.apiKey }), 200);
    for (const lastEventId of ['x', '-1', '1.5', '99999999999999999999']) assert.equal(await status({}, { lastEventId }), 400, lastEventId);
  });

  it('tells nothing more to a key that was revoked', async () => {
    const site = await newSite(server);
    const { keyId, apiKey } = await keyOf(server, site.siteId, 'DC-MEDIA.READ-MEDIAMANAGER');
    const listener = await listen({ ...site, apiKey });
    await text(site.client, 'before.txt');
    await listener.heard(1);
    await server.admin('keys', 'revoke', keyId);
    await pause(1000);
    await text(site.client, 'after.txt');
    await pause(500);
    listener.leave();
    assert.equal(listener.told.length, 1);
  });
});

describe('the live feed of a server that ends', { concurrency: true }, () => {
  it('goes on behind Last-Event-ID after a crash and a restart', async (t) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'media-manager-'));
    const server = await startServer({ dataDir });
    let again;
    t.after(async () => {
      await server.kill();
      await again?.kill();
      await rm(dataDir, { recursive: true });
    });
    const client = clientFor(server);
    const listener = await listen(server);
    const first = await text(client, 'first.txt');
    await listener.heard(1);
    const { lastEventId } = listener;
    const missed = [];
    listener.leave();
    for (let number = 0; number < 5; number += 1) missed.push((await text(client, `${number}.txt`)).id);
    await server.kill();

    again = await startServer({ dataDir });
    const back = await listen(again, { lastEventId });
    await back.heard(5);
    const last = await text(clientFor(again), 'last.txt');
    await back.heard(6);
    assert.deepEqual(entities(back.told), [...missed, last.id]);
    assert.ok(!entities(back.told).includes(first.id));
    back.leave();
  });

  it('comes to a whole end on SIGTERM, and the server to its own at once', async (t) => {
    const server = await startServer();
    t.after(() => server.kill());
    const listeners = await Promise.all(Array.from({ length: 5 }, () => listen(server)));
    await text(clientFor(server), 'told.txt');
    await Promise.all(listeners.map((listener) => listener.heard(1)));
    const began = performance.now();
    await server.stop();
    assert.ok(performance.now() - began < 2000, `it took ${performance.now() - began} ms`);
    for (const listener of listeners) assert.equal(await listener.ended, 'whole');
  });
});
