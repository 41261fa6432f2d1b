import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { clientFor } from '../../sdk/support/client.mjs';
import { startServer } from '../../sdk/support/server.mjs';
import { issue, send } from '../support/tus.mjs';

const MP4 = Buffer.from('000000186674797069736f6d0000020069736f6d69736f32', 'hex');
const video = (size) => Buffer.concat([MP4, randomBytes(size - MP4.length)]);
const finish = async ({ uploadUrl, uploadToken }, name = '') =>
  (await fetch(`${uploadUrl}/${uploadToken}${name}`, { method: 'PUT', body: '{}' })).json();
const served = async (file) => Buffer.from(await (await fetch(file.url)).arrayBuffer());

describe('tus-js-client', () => {
  let server;
  let client;
  before(async () => {
    server = await startServer();
    client = clientFor(server);
  });
  after(() => server.stop());

  it('uploads in pieces, and the last PUT shows the file, as often as it is asked', async () => {
    const bytes = video(20_000_000);
    const issued = await issue(client, 'video/mp4', { fileName: 'film.mp4', labels: ['mine'] });
    assert.equal(issued.uploadProtocol, 'TUS');
    assert.equal(issued.uploadUrl, `${server.url}/upload/tus`);
    await send(bytes, issued, { chunkSize: 6_000_000 });
    const { file } = await finish(issued, '?filename=film.mp4');
    assert.equal(file.displayName, 'film.mp4');
    assert.deepEqual(file.labels, ['mine']);
    assert.equal(file.mediaType, 'VIDEO');
    assert.deepEqual(await served(file), bytes);
    assert.equal((await finish(issued)).file.id, file.id);
  });

  it('needs no last PUT', async () => {
    const bytes = video(3_000_000);
    await send(bytes, await issue(client, 'video/mp4', { fileName: 'no-put.mp4' }));
    const { files } = await client.files.searchFiles({ search: 'no-put' });
    assert.equal(files.length, 1);
    assert.deepEqual(await served(files[0]), bytes);
  });

  it('pauses and goes on', async () => {
    const bytes = video(30_000_000);
    const issued = await issue(client, 'video/mp4', { fileName: 'paused.mp4' });
    const paused = await send(bytes, issued, {
      chunkSize: 4_000_000,
      watch: (upload, sent, stop) => { if (sent > 10_000_000) upload.abort().then(stop); },
    });
    assert.equal((await finish(issued)).details.applicationError.code, 'UPLOAD_INCOMPLETE');
    let first;
    await send(bytes, issued, { uploadUrl: paused.url, chunkSize: 4_000_000, watch: (_, sent) => { first ??= sent; } });
    assert.ok(first >= 8_000_000, `went on at ${first}`);
    assert.deepEqual(await served((await finish(issued)).file), bytes);
  });

  it('goes on after the server was killed', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'media-manager-'));
    const first = await startServer({ dataDir });
    const bytes = video(60_000_000);
    const issued = await issue(clientFor(first), 'video/mp4', { fileName: 'killed.mp4' });
    const cut = await send(bytes, issued, {
      chunkSize: 5_000_000,
      watch: (upload, sent, stop) => { if (sent > 30_000_000) first.kill().then(() => upload.abort()).then(stop); },
      onError: () => {},
    });
    const again = await startServer({ dataDir });
    const moved = (url) => url.replace(first.url, again.url);
    let offset;
    await send(bytes, issued, { uploadUrl: moved(cut.url), chunkSize: 5_000_000, watch: (_, sent) => { offset ??= sent; } });
    assert.ok(offset >= 25_000_000, `went on at ${offset}`);
    const { file } = await finish({ ...issued, uploadUrl: moved(issued.uploadUrl) });
    assert.deepEqual(await served({ url: moved(file.url) }), bytes);
    await again.stop();
    await rm(dataDir, { recursive: true });
  });

  it('uploads parts beside each other', async () => {
    const bytes = video(24_000_000);
    const issued = await issue(client, 'video/mp4', { fileName: 'parallel.mp4' });
    await send(bytes, issued, { parallelUploads: 4, chunkSize: 2_500_000 });
    const { file } = await finish(issued);
    assert.equal(file.displayName, 'parallel.mp4');
    assert.deepEqual(await served(file), bytes);
  });

  it('is told when a file is not taken, and nothing of it stays', async () => {
    const issued = await issue(client, 'video/mp4', { fileName: 'page.mp4' });
    const page = Buffer.from(`<!doctype html>${'x'.repeat(100_000)}`);
    await assert.rejects(send(page, issued, { retryDelays: null }), /UNSUPPORTED_FILE_FORMAT/);
    assert.equal((await client.files.searchFiles({ search: 'page.mp4' })).files.length, 0);
  });
});
