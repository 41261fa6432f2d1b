// Presets and strict mode: transformations of images that a site has given names, and sites that take no others.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { upload } from '../support/client.mjs';
import { real } from '../support/corpus.mjs';
import { jpegSize } from '../support/jpeg.mjs';
import { startServer } from '../support/server.mjs';
import { newSite } from '../support/site.mjs';
import { until } from '../support/until.mjs';

const caller = ({ url, apiKey }) => async (method, path, body, prefix = '/media-manager') => {
  const reply = await fetch(`${url}${prefix}/v1${path}`, { method, headers: { Authorization: apiKey }, body: body && JSON.stringify(body) });
  return { status: reply.status, body: await reply.json() };
};
const problem = ({ details }) => details.validationError?.fieldViolations[0] ?? details.applicationError;

describe('presets', () => {
  let server;
  let site;
  let call;
  before(async () => {
    server = await startServer();
    site = await newSite(server);
    call = caller(site);
  });
  after(() => server.stop());

  const names = async (from = call) => (await from('GET', '/presets')).body.presets.map(({ name }) => name);

  it('are made, changed, listed by name and removed, and the audit log says by whom', async () => {
    const { status, body: made } = await call('PUT', '/presets/card', { transformation: 'fill/w_400,h_300,al_c,q_80' });
    assert.equal(status, 200);
    assert.deepEqual({ ...made, createdDate: 0, updatedDate: 0 }, {
      name: 'card', transformation: 'fill/w_400,h_300,al_c,q_80', createdDate: 0, updatedDate: 0,
    });
    assert.ok(Math.abs(Date.parse(made.createdDate) - Date.now()) < 60_000);
    assert.equal(made.updatedDate, made.createdDate);
    const { body: changed } = await call('PUT', '/presets/card', { transformation: 'fit/w_200,h_200' });
    assert.equal(changed.createdDate, made.createdDate);
    assert.ok(changed.updatedDate >= made.updatedDate);
    assert.deepEqual((await call('GET', '/presets/card')).body, changed);
    await call('PUT', '/presets/banner', { transformation: 'crop/x_0,y_0,w_600,h_200/fit/w_300,h_100' });
    assert.deepEqual(await names(), ['banner', 'card']);
    assert.deepEqual(await call('DELETE', '/presets/card'), { status: 200, body: {} });
    assert.deepEqual(await names(), ['banner']);

    const { entries } = (await call('GET', '/audit-log')).body;
    assert.deepEqual(entries.map(({ action, entityId, keyId }) => [action, entityId, keyId]).slice(0, 4), [
      ['preset.remove', 'card', site.keyId],
      ['preset.set', 'banner', site.keyId],
      ['preset.set', 'card', site.keyId],
      ['preset.set', 'card', site.keyId],
    ]);
    assert.deepEqual(entries[2].detail, { transformation: 'fit/w_200,h_200' });
  });

  it('are of one site', async () => {
    const other = caller(await newSite(server));
    await call('PUT', '/presets/own', { transformation: 'fit/w_1,h_1' });
    assert.deepEqual(await names(other), []);
    for (const method of ['GET', 'DELETE']) {
      const { status, body } = await other(method, '/presets/own');
      assert.deepEqual([status, problem(body).code], [404, 'PRESET_NOT_FOUND']);
    }
    await other('PUT', '/presets/own', { transformation: 'fit/w_2,h_2' });
    assert.equal((await call('GET', '/presets/own')).body.transformation, 'fit/w_1,h_1');
  });

  it('need a plain name and a transformation that is understood', async () => {
    const wrong = async (name, transformation) => {
      const { status, body } = await call('PUT', `/presets/${name}`, { transformation });
      assert.equal(status, 400, name);
      return problem(body);
    };
    for (const name of ['Card', 'a_b', 'a.b', '%C3%A4', 'a%2Fb', 'a'.repeat(51)]) {
      assert.equal((await wrong(name, 'fit/w_1,h_1')).field, 'name', name);
    }
    const { field, ruleName, description } = await wrong('a', 'fill/w_400,h_99999');
    assert.deepEqual([field, ruleName], ['transformation', 'INVALID_VALUE']);
    assert.match(description, /`h_99999`: it is /, 'the bad token is named');
    for (const text of [undefined, '', 'fit/w_1,h_1/a.jpg', 'preset/card', 'x'.repeat(2001), 7]) {
      assert.equal((await wrong('a', text)).field, 'transformation', text);
    }
    assert.equal((await call('GET', '/presets/a')).status, 404);
  });

  it('are as many as the settings say, however many are made at once', async () => {
    const few = await startServer({ args: ['--images-presets', '7'] });
    const there = caller(few);
    const set = (name) => there('PUT', `/presets/${name}`, { transformation: 'fit/w_1,h_1' });
    const replies = await Promise.all(Array.from({ length: 30 }, (_, number) => set(`p-${number}`)));
    assert.equal(replies.filter(({ status }) => status === 200).length, 7);
    const [{ body }] = replies.filter(({ status }) => status === 400);
    assert.equal(problem(body).ruleName, 'TOO_MANY_PRESETS');
    const [one, ...others] = await names(there);
    assert.equal(others.length, 6);
    assert.equal((await set(one)).status, 200, 'one that is there can be changed');
    await there('DELETE', `/presets/${one}`);
    assert.equal((await set('one-more')).status, 200);
    await few.stop();
  });

  it('and strict mode are set by commands as well', async () => {
    const { siteId, ...own } = await newSite(server);
    const there = caller(own);
    const set = await server.admin('presets', 'set', '--site', siteId, '--name', 'card', '--transformation', 'fit/w_9,h_9');
    assert.deepEqual((await there('GET', '/presets')).body.presets, [set]);
    assert.deepEqual(await server.admin('presets', 'list', '--site', siteId), [set]);
    await assert.rejects(server.admin('presets', 'set', '--site', siteId, '--name', 'a', '--transformation', 'fit'), /`fit`: its width and height are missing/);
    assert.deepEqual(await server.admin('presets', 'remove', '--site', siteId, '--name', 'card'), { removed: 'card' });
    await assert.rejects(server.admin('presets', 'remove', '--site', siteId, '--name', 'card'), /there is no preset `card`/);
    assert.deepEqual(await names(there), []);

    assert.deepEqual((await there('GET', '/image-policy')).body, { strict: false });
    assert.deepEqual(await server.admin('sites', 'strict', '--site', siteId, 'on'), { siteId, strictImages: true });
    assert.deepEqual((await there('GET', '/image-policy')).body, { strict: true });
    assert.equal((await server.admin('sites', 'list')).find((row) => row.siteId === siteId).strictImages, true);
    assert.deepEqual(await there('PUT', '/image-policy', { strict: false }), { status: 200, body: { strict: false } });
    assert.deepEqual((await there('GET', '/image-policy')).body, { strict: false });
    const { status, body } = await there('PUT', '/image-policy', {});
    assert.deepEqual([status, problem(body).field], [400, 'strict']);
    const [entry] = (await there('GET', '/audit-log')).body.entries;
    assert.deepEqual([entry.action, entry.entityId, entry.detail], ['site.image_policy', siteId, { strict: false }]);
  });
});

describe('images', () => {
  let server;
  let site;
  let call;
  let photo;
  before(async () => {
    server = await startServer();
    site = await newSite(server);
    call = caller(site);
    // 640 by 427 pixels.
    photo = await upload(site.client, await real('scikit-image/rocket.jpg'), 'image/jpeg', { fileName: 'rocket.jpg' });
  });
  after(() => server.stop());

  const set = (name, transformation) => call('PUT', `/presets/${name}`, { transformation });
  const get = async (address, headers = {}) => {
    const reply = await fetch(address, { headers });
    return { status: reply.status, headers: reply.headers, bytes: Buffer.from(await reply.arrayBuffer()) };
  };
  const size = async (address) => {
    const { status, bytes } = await get(address);
    assert.equal(status, 200, `${address}: ${bytes.subarray(0, 500)}`);
    return Object.values(jpegSize(bytes));
  };
  const refused = async (address) => {
    const { status, bytes } = await get(address);
    const { code, description, ruleName } = problem(JSON.parse(bytes));
    return { status, code: code ?? ruleName, description };
  };
  const signed = async (file, transformation) => {
    const request = { fileId: file.id, transformation };
    const { status, body } = await call('POST', '/files/generate-private-image-url', request, '/site-media');
    assert.equal(status, 200, JSON.stringify(body));
    return body.url;
  };

  it('are served as a preset says, in the format that the file name asks for', async () => {
    await set('card', 'fill/w_40,h_30');
    assert.deepEqual(await size(`${photo.url}/v1/preset/card/rocket.jpg`), [40, 30]);
    const { headers } = await get(`${photo.url}/v1/preset/card/rocket.png`);
    assert.equal(headers.get('content-type'), 'image/png');
    const [named, spelled] = await Promise.all(['preset/card', 'fill/w_40,h_30'].map((what) => get(`${photo.url}/v1/${what}/a.jpg`)));
    assert.equal(named.headers.get('etag'), spelled.headers.get('etag'), 'it is the same picture');
    assert.ok(named.bytes.equals(spelled.bytes));
  });

  it('follow a preset that changes, and no copy of the old picture counts as fresh', async () => {
    const address = `${photo.url}/v1/preset/changing/a.jpg`;
    await set('changing', 'fill/w_50,h_20');
    const first = await get(address);
    assert.deepEqual(Object.values(jpegSize(first.bytes)), [50, 20]);
    assert.doesNotMatch(first.headers.get('cache-control'), /immutable/);
    const again = { 'If-None-Match': first.headers.get('etag') };
    assert.equal((await get(address, again)).status, 304);
    await set('changing', 'fill/w_20,h_50');
    const second = await get(address, again);
    assert.equal(second.status, 200);
    assert.deepEqual(Object.values(jpegSize(second.bytes)), [20, 50]);

    await server.admin('presets', 'set', '--site', site.siteId, '--name', 'changing', '--transformation', 'fill/w_33,h_33');
    const follows = async () => (await size(address)).join() === '33,33';
    await until(follows, 'the change that a command made', 1000);
    await call('DELETE', '/presets/changing');
    assert.equal((await refused(address)).status, 404);
  });

  it('are not served by a name that the site hasn\'t given, which is said', async () => {
    const { status, code, description } = await refused(`${photo.url}/v1/preset/nowhere/a.jpg`);
    assert.deepEqual([status, code], [404, 'PRESET_NOT_FOUND']);
    assert.match(description, /`nowhere`/);
    const other = await newSite(server);
    await caller(other)('PUT', '/presets/theirs', { transformation: 'fit/w_1,h_1' });
    assert.equal((await refused(`${photo.url}/v1/preset/theirs/a.jpg`)).status, 404);
  });

  it('of a private file are not served by a preset alone', async () => {
    await set('card', 'fill/w_40,h_30');
    const secret = await upload(site.client, await real('scikit-image/rocket.jpg'), 'image/jpeg', { fileName: 'a.jpg', private: true });
    assert.deepEqual((await refused(`${secret.url}/v1/preset/card/a.jpg`)).code, 'FILE_IS_PRIVATE');
  });

  it('of a strict site are made as presets and signed addresses say, and no others', async () => {
    await set('card', 'fill/w_40,h_30');
    const free = `${photo.url}/v1/fill/w_60,h_60/a.jpg`;
    const asPreset = `${photo.url}/v1/fill/w_40,h_30/a.jpg`;
    assert.deepEqual(await size(free), [60, 60]);
    const address = await signed(photo, 'v1/fill/w_61,h_61/a.jpg');

    await call('PUT', '/image-policy', { strict: true });
    for (const unsigned of [free, asPreset]) {
      const { status, description } = await refused(unsigned);
      assert.equal(status, 403, 'kept or not');
      assert.ok(description.length > 20, 'a sentence says why');
    }
    assert.deepEqual(await size(`${photo.url}/v1/preset/card/a.jpg`), [40, 30]);
    assert.deepEqual(await size(photo.url), [640, 427], 'the original');
    assert.deepEqual(await size(address), [61, 61], 'signed before');
    assert.deepEqual(await size(await signed(photo, 'v1/fill/w_62,h_62/a.jpg')), [62, 62], 'signed after');
    const named = await site.client.files.getFileDescriptor(photo.id);
    assert.equal((await get(named.thumbnailUrl)).status, 200, 'what the server names itself');
    const tampered = (await signed(photo, 'v1/fill/w_63,h_63/a.jpg')).replace('w_63', 'w_64');
    assert.equal((await refused(tampered)).status, 403);

    const other = await newSite(server);
    const theirs = await upload(other.client, await real('scikit-image/rocket.jpg'), 'image/jpeg', { fileName: 'a.jpg' });
    assert.deepEqual(await size(`${theirs.url}/v1/fill/w_60,h_60/a.jpg`), [60, 60], 'another site is not strict');

    await server.admin('sites', 'strict', '--site', site.siteId, 'off');
    const open = async () => (await get(free)).status === 200;
    await until(open, 'the change that a command made', 1000);
  });
});
