import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { AppStrategy, createClient } from '@wix/sdk';
import { files } from '@wix/media';
import { clientFor, upload } from '../support/client.mjs';
import { real } from '../support/corpus.mjs';
import { about, signedWith, startReceiver } from '../support/receiver.mjs';
import { startServer } from '../support/server.mjs';
import { keyOf, newSite } from '../support/site.mjs';
import { pause, until } from '../support/until.mjs';

const LOOPBACK = ['--import-allow-networks', '127.0.0.0/8'];
const FILE = 'wix.media.site_media.v1.file_descriptor';

const text = (client, fileName, options) => upload(client, Buffer.from(fileName), 'text/plain', { fileName, ...options });
const add = (server, siteId, url, events = 'file_ready') => server.admin('webhooks', 'add', '--site', siteId, '--url', url, '--events', events);
const deliveries = async (server, webhookId) => (await server.admin('webhooks', 'deliveries', webhookId)).deliveries;
const listed = async (server, { siteId, webhookId }) =>
  (await server.admin('webhooks', 'list', '--site', siteId)).find((webhook) => webhook.webhookId === webhookId);

/** A site of its own with one webhook, and what receives its messages. */
async function hooked(t, server, { events, answer } = {}) {
  const site = await newSite(server);
  const receiver = await startReceiver({ answer });
  t.after(() => receiver.close());
  return { ...site, receiver, ...(await add(server, site.siteId, receiver.url, events)) };
}

/** The SDK as the backend of an app uses it to read webhooks: what it gave to the handlers of each event. */
function app(publicKey) {
  const client = createClient({ modules: { files }, auth: AppStrategy({ appId: 'app', appSecret: 'secret', publicKey }) });
  const ready = [];
  const failed = [];
  client.files.onFileDescriptorFileReady((event) => { ready.push(event); });
  client.files.onFileDescriptorFileFailed((event) => { failed.push(event); });
  return { process: (body) => client.webhooks.process(body), ready, failed };
}

describe('webhooks', { concurrency: true }, () => {
  let server;
  before(async () => { server = await startServer({ args: LOOPBACK }); });
  after(() => server.stop());

  it('are accepted by the published SDK, for files that are ready and files that failed', async (t) => {
    const { client, siteId, receiver, publicKey } = await hooked(t, server, { events: 'file_ready,file_failed' });
    const externalInfo = { origin: 'shop', externalIds: ['sku-1', 'sku-2'] };
    const photo = await upload(client, await real('scikit-image/rocket.jpg'), 'image/jpeg', { fileName: 'rocket.jpg', externalInfo });
    const damaged = (await real('scikit-image/chelsea.png')).subarray(0, 5000);
    const broken = await upload(client, damaged, 'image/png', { fileName: 'broken.png', externalInfo });
    const { file: absent } = await client.files.importFile(`${server.url}/media/nothing.png`, { mimeType: 'image/png', externalInfo });
    assert.equal(absent.operationStatus, 'PENDING');
    const [message] = await receiver.arrived(about(photo.id));
    const failures = [...(await receiver.arrived(about(broken.id))), ...(await receiver.arrived(about(absent._id)))];

    const { process, ready, failed } = app(publicKey);
    for (const { body } of [message, ...failures]) await process(body);
    assert.deepEqual([ready.length, failed.length], [1, 2]);
    const [{ data, metadata }] = ready;
    const seen = await client.files.getFileDescriptor(photo.id);
    assert.deepEqual(data.file, seen);
    assert.deepEqual(data.externalInfo, externalInfo);
    assert.ok(!data.triggeredByUndelete);
    assert.equal(metadata.instanceId, siteId);
    assert.equal(metadata.entityId, photo.id);
    assert.equal(metadata.accountInfo.siteId, siteId);
    assert.deepEqual([metadata.entityFqdn, metadata.slug], [FILE, 'file_ready']);
    assert.ok(Math.abs(metadata.eventTime - Date.now()) < 60_000, 'a date');
    assert.deepEqual(metadata.identity, { identityType: 'APP', appId: photo.addedBy.identityId });
    assert.equal((await process(message.body)).eventType, `${FILE}_file_ready`);

    const codes = failed.map((event) => [event.metadata.entityId, event.data.error.code, event.data.externalInfo.origin]);
    assert.deepEqual(codes, [[broken.id, 'UNREADABLE_FILE', 'shop'], [absent._id, 'SOURCE_NOT_FOUND', 'shop']]);
    assert.ok(failed.every((event) => event.data.error.description && event.metadata.slug === 'file_failed'));

    // A key on one line is the base64 of its PEM. A key of somebody else, or a changed message, is refused.
    await app(Buffer.from(publicKey).toString('base64')).process(message.body);
    const other = await add(server, siteId, receiver.url);
    await assert.rejects(app(other.publicKey).process(message.body), /signature verification failed/);
    const [header, claims, signature] = message.body.split('.');
    const forged = Buffer.from(JSON.stringify({ ...message.claims, data: message.claims.data.replace(siteId, 'stolen') })).toString('base64url');
    assert.notEqual(forged, claims);
    await assert.rejects(app(publicKey).process([header, forged, signature].join('.')), /signature verification failed/);
  });

  it('tell of changes, deletions, restored files and new folders, each nested as it is published', async (t) => {
    const events = 'file_ready,file_updated,file_deleted,folder_created';
    const { client, siteId, receiver, publicKey } = await hooked(t, server, { events });
    const file = await text(client, 'a.txt', { filePath: '/one/two' });
    await client.files.updateFileDescriptor({ _id: file.id, displayName: 'b.txt', labels: ['seen'] });
    await client.files.bulkDeleteFiles([file.id]);
    await client.files.bulkRestoreFilesFromTrashBin([file.id]);
    await client.files.bulkDeleteFiles([file.id], { permanent: true });
    const messages = await receiver.arrived(() => true, 7);
    assert.equal(messages.length, 7);

    for (const message of messages) {
      assert.equal(message.method, 'POST');
      assert.equal(message.path, '/hook');
      assert.ok(signedWith(message, publicKey));
      assert.equal(message.header.alg, 'RS256');
      assert.ok(message.claims.exp > message.claims.iat && Math.abs(message.claims.iat - Date.now() / 1000) < 60);
      const { outer, event } = message;
      assert.equal(outer.instanceId, siteId);
      assert.equal(outer.eventType, `${event.entityFqdn}_${event.slug}`);
      assert.equal(typeof JSON.parse(outer.identity).identityType, 'string');
      assert.equal(outer.accountInfo.siteId, siteId);
      assert.match(event.id, /^[0-9a-f-]{36}$/);
      assert.match(event.eventTime, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
      assert.match(event.entityEventSequence, /^\d+$/);
      assert.equal(event.triggeredByAnonymizeRequest, false);
    }

    const ofFile = messages.filter(about(file.id)).map(({ event }) => event);
    const [ready, updated, trashed, restored, gone] = ofFile;
    assert.deepEqual(ofFile.map(({ slug }) => slug), ['file_ready', 'updated', 'deleted', 'file_ready', 'deleted']);
    assert.ok(ofFile.every(({ entityFqdn }) => entityFqdn === FILE));
    const sequence = ofFile.map(({ entityEventSequence }) => Number(entityEventSequence));
    assert.ok(sequence.every((number, index) => index === 0 || number > sequence[index - 1]), String(sequence));
    assert.deepEqual(ready.actionEvent.body, { ...ready.actionEvent.body, file });
    assert.deepEqual(JSON.parse(ready.actionEvent.bodyAsJson), ready.actionEvent.body);
    const { currentEntity, currentEntityAsJson } = updated.updatedEvent;
    assert.deepEqual([currentEntity.id, currentEntity.displayName, currentEntity.labels], [file.id, 'b.txt', ['seen']]);
    assert.deepEqual(JSON.parse(currentEntityAsJson), currentEntity);
    assert.deepEqual([trashed.deletedEvent.movedToTrash, gone.deletedEvent.movedToTrash], [true, false]);
    assert.deepEqual([trashed.deletedEvent.deletedEntity.id, trashed.deletedEvent.deletedEntity.state], [file.id, 'DELETED']);
    assert.equal(restored.actionEvent.body.triggeredByUndelete, true);
    assert.deepEqual([restored.actionEvent.body.file.state, restored.actionEvent.body.file.displayName], ['OK', 'b.txt']);

    const folders = messages.filter(({ event }) => event.createdEvent);
    assert.deepEqual(folders.map(({ outer }) => outer.eventType), Array(2).fill('wix.media.site_media.v1.folder_created'));
    const made = folders.map(({ event }) => event.createdEvent.entity);
    const [one, two] = ['one', 'two'].map((name) => made.find(({ displayName }) => displayName === name));
    assert.deepEqual([one.parentFolderId, two.parentFolderId, file.parentFolderId], ['media-root', one.id, two.id]);
    assert.ok(folders.some(about(two.id)), 'the id of the entity is that of the folder');
  });

  it('come again, as the same event, until they are answered with 200 in time', async (t) => {
    // What goes wrong with the first message of a file is in the file's name.
    const faults = {
      500: /answered 500/, 204: /answered 204/, 302: /answered 302/, 429: /answered 429/, stall: /longer than 1250 ms/, reset: /broke off/,
    };
    const fault = ({ event }) => event.actionEvent.body.file.displayName.split('.')[0];
    const answer = (message, times) => (times > 1 ? 200 : Number(fault(message)) || fault(message));
    const { client, receiver, webhookId, publicKey } = await hooked(t, server, { answer });
    const delivery = (id, wanted, what) => until(async () => {
      const found = (await deliveries(server, webhookId)).find(({ entityId }) => entityId === id);
      return found && wanted(found) && found;
    }, what);
    await Promise.all(Object.entries(faults).map(async ([name, error]) => {
      const file = await text(client, `${name}.txt`);
      const tried = await delivery(file.id, (now) => now.attempts === 1 && now.error, `an error after the first ${name}`);
      assert.match(tried.error, error);
      assert.equal(tried.status, Number(name) || undefined);
      assert.deepEqual([tried.state, tried.event], ['WAITING', 'file_ready']);
      const [first, second] = await receiver.arrived(about(file.id), 2);
      assert.deepEqual(second.event, first.event);
      assert.ok(second.at - first.at > 700, 'after a while');
      assert.ok(signedWith(second, publicKey));
      assert.equal(tried.eventId, first.event.id);
      const done = await delivery(file.id, ({ state }) => state === 'DELIVERED', `the delivery after ${name}`);
      assert.deepEqual([done.attempts, done.status, done.error], [2, 200, undefined]);
    }));
    assert.ok(receiver.messages.every(({ path, method }) => path === '/hook' && method === 'POST'), 'no redirect was followed');
    assert.equal(receiver.messages.length, 2 * Object.keys(faults).length);
  });

  it('keep the order of each file: its later events wait for the first, and those of other files do not', async (t) => {
    let down = true;
    const answer = ({ event }) => (down && event.actionEvent?.body.file.displayName === 'slow.txt' ? 500 : 200);
    const { client, receiver } = await hooked(t, server, { events: 'file_ready,file_updated,file_deleted', answer });
    const slow = await text(client, 'slow.txt');
    await client.files.updateFileDescriptor({ _id: slow.id, displayName: 'slower.txt' });
    await client.files.bulkDeleteFiles([slow.id]);
    const heard = () => receiver.messages.filter(about(slow.id)).map(({ event }) => event);
    const other = await text(client, 'quick.txt');
    await client.files.updateFileDescriptor({ _id: other.id, displayName: 'quicker.txt' });
    const quick = await receiver.arrived(about(other.id), 2);
    assert.deepEqual(quick.map(({ event }) => event.slug), ['file_ready', 'updated']);
    await receiver.arrived(about(slow.id), 2);
    assert.deepEqual(heard().map(({ slug }) => slug), ['file_ready', 'file_ready'], 'the others wait');
    down = false;
    await receiver.arrived(({ event }) => event.slug === 'deleted', 1, 8000);
    assert.deepEqual(heard().map(({ slug }) => slug), ['file_ready', 'file_ready', 'file_ready', 'updated', 'deleted']);
    const sequence = heard().slice(2).map(({ entityEventSequence }) => Number(entityEventSequence));
    assert.ok(sequence[0] < sequence[1] && sequence[1] < sequence[2], String(sequence));
  });

  it('reach their receivers at once however dead those of other webhooks are', async (t) => {
    const { client, siteId, receiver } = await hooked(t, server);
    const stalled = await startReceiver({ answer: () => 'stall' });
    t.after(() => stalled.close());
    await add(server, siteId, stalled.url);
    // Nobody listens on port 1.
    const { webhookId: refusing } = await add(server, siteId, 'http://127.0.0.1:1/hook');
    for (let number = 0; number < 20; number += 1) {
      const file = await text(client, `${number}.txt`);
      await receiver.arrived(about(file.id), 1, 1000);
    }
    assert.ok(stalled.messages.length > 0 && receiver.messages.length === 20);
    const attempts = (await deliveries(server, refusing)).filter(({ error }) => /no connection to 127\.0\.0\.1/.test(error));
    assert.ok(attempts.length > 0, 'what went wrong is told');
  });

  it('change keys in two steps, so that receivers can know the next one before it is used', async (t) => {
    const { client, siteId, receiver, webhookId, publicKey } = await hooked(t, server);
    const next = async (name) => (await receiver.arrived(about((await text(client, name)).id)))[0];
    const rotate = (...options) => server.admin('webhooks', 'rotate', webhookId, ...options);
    const old = await next('1.txt');
    const made = await rotate();
    assert.equal(made.active, false);
    const shown = await listed(server, { siteId, webhookId });
    assert.deepEqual([shown.publicKey, shown.nextPublicKey], [publicKey, made.publicKey]);
    const between = await next('2.txt');
    assert.equal(between.header.kid, old.header.kid);
    assert.ok(signedWith(between, publicKey) && !signedWith(between, made.publicKey));
    assert.deepEqual(await rotate('--activate'), { ...made, active: true });
    const later = await next('3.txt');
    assert.equal(later.header.kid, made.keyId);
    assert.ok(signedWith(later, made.publicKey) && !signedWith(later, publicKey));
    const now = await listed(server, { siteId, webhookId });
    assert.deepEqual([now.publicKey, now.nextPublicKey], [made.publicKey, undefined]);
    await assert.rejects(rotate('--activate'), /no key of this webhook waits/);
  });

  it('are administered by the API as by the command line, each site for itself', async (t) => {
    const [site, other] = await Promise.all([newSite(server), newSite(server)]);
    const reader = await keyOf(server, site.siteId, 'DC-MEDIA.READ-MEDIAMANAGER');
    const receiver = await startReceiver();
    t.after(() => receiver.close());
    const call = async (method, path = '', body, apiKey = site.apiKey) => {
      const headers = { Authorization: apiKey, 'Content-Type': 'application/json' };
      const reply = await fetch(`${server.url}/media-manager/v1/webhooks${path}`, { method, headers, body: body && JSON.stringify(body) });
      return { status: reply.status, ...(await reply.json()) };
    };
    const { status, webhookId, publicKey } = await call('POST', '', { url: receiver.url, events: ['file_ready'] });
    assert.equal(status, 200);
    const list = await call('GET');
    assert.deepEqual(list.webhooks, [await listed(server, { siteId: site.siteId, webhookId })]);
    assert.deepEqual([list.webhooks[0].publicKey, list.webhooks[0].url, list.webhooks[0].events], [publicKey, receiver.url, ['file_ready']]);
    assert.deepEqual((await call('GET', '', undefined, other.apiKey)).webhooks, []);

    const [first] = [await text(site.client, '1.txt'), await text(site.client, '2.txt')];
    await until(async () => (await deliveries(server, webhookId)).filter(({ state }) => state === 'DELIVERED').length === 2, 'both deliveries');
    const sent = (await call('GET', `/${webhookId}/deliveries`)).deliveries;
    assert.deepEqual(sent, await deliveries(server, webhookId));
    const page = await call('GET', `/${webhookId}/deliveries?limit=1`);
    assert.deepEqual(page.deliveries, sent.slice(0, 1));
    assert.deepEqual((await call('GET', `/${webhookId}/deliveries?limit=1&cursor=${page.next}`)).deliveries, sent.slice(1));

    const { deliveryId, eventId } = sent.find(({ entityId }) => entityId === first.id);
    assert.equal((await call('POST', `/${webhookId}/replay`, { deliveryId })).replayed, 1);
    const [once, twice] = await receiver.arrived(about(first.id), 2);
    assert.deepEqual([once.event.id, twice.event.id], [eventId, eventId]);
    assert.equal((await call('POST', `/${webhookId}/replay`, {})).replayed, 0);

    const made = await call('POST', `/${webhookId}/keys`, {});
    assert.deepEqual([made.status, made.active], [200, false]);
    assert.equal((await call('POST', `/${webhookId}/keys`, { activate: true })).keyId, made.keyId);
    assert.equal((await call('POST', `/${webhookId}/keys`, { activate: true })).status, 409);
    const last = await text(site.client, '3.txt');
    assert.ok(signedWith((await receiver.arrived(about(last.id)))[0], made.publicKey));

    const calls = [['DELETE', ''], ['POST', '/keys', {}], ['GET', '/deliveries'], ['POST', '/replay', {}]];
    const own = calls.map(([method, path, body]) => [method, `/${webhookId}${path}`, body]);
    const everywhere = [['GET'], ['POST', '', { url: receiver.url, events: ['file_ready'] }], ...own];
    for (const [method, path, body] of everywhere) {
      assert.equal((await call(method, path, body, reader.apiKey)).status, 403, `${method} ${path}`);
      assert.equal((await call(method, path, body, 'wrong')).status, 401, `${method} ${path}`);
    }
    for (const [method, path, body] of calls) {
      for (const [id, apiKey] of [[webhookId, other.apiKey], ['nowhere', site.apiKey]]) {
        const refused = await call(method, `/${id}${path}`, body, apiKey);
        assert.deepEqual([refused.status, refused.details.applicationError.code], [404, 'WEBHOOK_NOT_FOUND'], `${method} ${path}`);
      }
    }
    for (const body of [{}, { url: receiver.url }, { url: receiver.url, events: [] }, { url: receiver.url, events: ['nothing'] },
      { url: 'ftp://example.org', events: ['file_ready'] }, { url: 'http://user:pw@example.org', events: ['file_ready'] }]) {
      assert.equal((await call('POST', '', body)).status, 400, JSON.stringify(body));
    }
    assert.equal((await call('DELETE', `/${webhookId}`)).status, 200);
    assert.deepEqual((await call('GET')).webhooks, []);
    await text(site.client, '4.txt');
    await pause(300);
    assert.equal(receiver.messages.length, 4);
  });
});

describe('webhooks in bad times', { concurrency: true }, () => {
  let server;
  before(async () => { server = await startServer({ args: [...LOOPBACK, '--webhooks-give-up', '3s'] }); });
  after(() => server.stop());

  /** A webhook that was switched off, with what happened until then and, while it was off, since. */
  async function switchedOff(t) {
    let down = true;
    const hook = await hooked(t, server, { answer: () => (down ? 500 : 200) });
    const before = [await text(hook.client, 'first.txt')];
    await pause(1500);
    before.push(await text(hook.client, 'second.txt'));
    const off = await until(async () => {
      const webhook = await listed(server, hook);
      return !webhook.enabled && webhook;
    }, 'the webhook to be switched off');
    const since = [await text(hook.client, 'third.txt'), await text(hook.client, 'fourth.txt')];
    await pause(200);
    hook.receiver.messages.length = 0;
    down = false;
    return { ...hook, off, before: before.map(({ id }) => id), since: since.map(({ id }) => id) };
  }
  const heard = ({ receiver }) => receiver.messages.map(({ event }) => event.entityId).toSorted();

  it('are switched off when no receiver answers, and bring what was given up and what was missed when they are told to', async (t) => {
    const hook = await switchedOff(t);
    const { off, before, since, receiver, webhookId } = hook;
    assert.ok(off.failingSince);
    assert.match(off.note, /no answer was 200 in time/);
    const given = await deliveries(server, webhookId);
    assert.deepEqual(given.map(({ entityId, state }) => [entityId, state]), before.toReversed().map((id) => [id, 'GIVEN_UP']));

    assert.deepEqual(await server.admin('webhooks', 'replay', webhookId), { replayed: 4 });
    await receiver.arrived(() => true, 4);
    assert.deepEqual(heard(hook), [...before, ...since].toSorted());
    const on = await listed(server, hook);
    assert.deepEqual([on.enabled, on.note], [true, undefined]);
    assert.ok(given.every(({ eventId }) => receiver.messages.some(({ event }) => event.id === eventId)), 'the events are the same');
    const next = await text(hook.client, 'next.txt');
    await receiver.arrived(about(next.id));
    await until(async () => (await deliveries(server, webhookId)).every(({ state }) => state === 'DELIVERED'), 'all to be delivered');
    assert.equal((await listed(server, hook)).failingSince, undefined);

    // One of them once more.
    const { deliveryId, eventId } = given[0];
    assert.deepEqual(await server.admin('webhooks', 'replay', webhookId, '--delivery', deliveryId), { replayed: 1 });
    const twice = await receiver.arrived(({ event }) => event.id === eventId, 2);
    assert.deepEqual(twice[1].event, twice[0].event);
    assert.equal(receiver.messages.length, 6);
  });

  it('say for how long they tried', async (t) => {
    const { off } = await switchedOff(t);
    assert.match(off.note, /\b3 ?s/);
  });

  it('still bring all that was missed after one delivery was sent again for a try', async (t) => {
    const hook = await switchedOff(t);
    const [latest] = await deliveries(server, hook.webhookId);
    await server.admin('webhooks', 'replay', hook.webhookId, '--delivery', latest.deliveryId);
    await hook.receiver.arrived(about(latest.entityId));
    await server.admin('webhooks', 'replay', hook.webhookId);
    await hook.receiver.arrived(() => true, 4, 3000);
    assert.deepEqual(heard(hook), [...hook.before, ...hook.since].toSorted());
  });

  it('tell after a restart of uploads that were acknowledged right before the server was killed', async (t) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'media-manager-'));
    let down = true;
    const receiver = await startReceiver({ answer: () => (down ? 'reset' : 200) });
    const killed = await startServer({ dataDir, args: LOOPBACK });
    let again;
    t.after(async () => {
      await killed.kill();
      await again?.kill();
      await receiver.close();
      await rm(dataDir, { recursive: true });
    });
    const { publicKey } = await add(killed, killed.siteId, receiver.url);
    const client = clientFor(killed);
    const uploaded = await Promise.all(Array.from({ length: 10 }, (_, number) => text(client, `${number}.txt`)));
    uploaded.push(await text(client, 'last.txt'));
    await killed.kill();

    receiver.messages.length = 0;
    down = false;
    again = await startServer({ dataDir, args: LOOPBACK });
    for (const { id } of uploaded) await receiver.arrived(about(id));
    // Those that were on the wire when the server died may arrive, too: a receiver knows them by their ids.
    const { messages } = receiver;
    const once = new Map(messages.map(({ event }) => [event.id, event.entityId]));
    assert.deepEqual([...once.values()].toSorted(), uploaded.map(({ id }) => id).toSorted());
    assert.ok(messages.every((message) => signedWith(message, publicKey)));
    await again.stop();
  });

  it('never connect to loopback when it is not allowed, however it is spelled', async (t) => {
    const strict = await startServer();
    t.after(() => strict.stop());
    const receiver = await startReceiver();
    t.after(() => receiver.close());
    const hosts = ['127.0.0.1', '[::ffff:127.0.0.1]', '2130706433', 'localhost'];
    const urls = hosts.map((host) => receiver.url.replace('127.0.0.1', host));
    const ids = (await Promise.all(urls.map((url) => add(strict, strict.siteId, url)))).map(({ webhookId }) => webhookId);
    await text(clientFor(strict), 'inside.txt');
    const tried = await Promise.all(ids.map((id, index) => until(async () => {
      const [delivery] = await deliveries(strict, id);
      return delivery?.error && delivery;
    }, `an attempt to reach ${urls[index]}`)));
    assert.equal(receiver.connections(), 0);
    for (const { error, state } of tried) {
      assert.equal(state, 'WAITING');
      assert.match(error, /is not one that this server connects to/);
    }
  });
});
