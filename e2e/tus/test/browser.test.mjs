import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { clientFor, settled } from '../../sdk/support/client.mjs';
import { real } from '../../sdk/support/corpus.mjs';
import { startServer } from '../../sdk/support/server.mjs';
import { network, startBrowser } from '../support/browser.mjs';
import { issue, metadata, offset } from '../support/tus.mjs';

const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');
const video = (size) => Buffer.concat([Buffer.from('000000186674797069736f6d0000020069736f6d69736f32', 'hex'), randomBytes(size)]);
const served = async (file) => Buffer.from(await (await fetch(file.url)).arrayBuffer());

describe('Uppy in a browser', { timeout: 40_000 }, () => {
  let server;
  let client;
  let browser;
  let dir;
  before(async () => {
    server = await startServer();
    client = clientFor(server);
    dir = await mkdtemp(join(tmpdir(), 'media-manager-'));
    browser = await startBrowser(dir);
  });
  after(async () => {
    await browser?.stop();
    await server.stop();
    await rm(dir, { recursive: true });
  });

  const pick = async (page, name, bytes) => {
    await writeFile(join(dir, name), bytes);
    await page.setInputFiles('input', join(dir, name));
  };

  it('uploads a photo that is picked, and the page may read every header it needs', async () => {
    assert.notEqual(new URL(server.url).origin, browser.origin);
    const { page, complaints } = await browser.open();
    const bytes = await real('scikit-image/hubble_deep_field.jpg');
    const issued = await issue(client, 'image/jpeg');
    await page.evaluate((issued) => window.expect(issued, { chunkSize: 200_000 }), issued);
    await pick(page, 'galaxies.jpg', bytes);
    assert.deepEqual(await page.evaluate(() => window.page.done), [1, []]);

    const [begun, ...pieces] = await page.evaluate(() => window.page.replies);
    assert.deepEqual([begun.method, begun.status], ['POST', 201]);
    assert.ok(begun.headers.Location.startsWith(`${issued.uploadUrl}/`), begun.headers.Location);
    assert.ok(Date.parse(begun.headers['Upload-Expires']) > Date.now());
    assert.deepEqual(pieces.map(({ method, headers }) => [method, Number(headers['Upload-Offset'])]), [
      ['PATCH', 200_000], ['PATCH', 400_000], ['PATCH', bytes.length],
    ]);
    for (const { headers } of [begun, ...pieces]) {
      assert.equal(headers['Tus-Resumable'], '1.0.0');
      assert.ok(headers['X-Wix-Request-Id']);
    }

    const { file } = await page.evaluate((issued) => window.finish(issued), issued);
    const ready = await settled(client, file.id);
    assert.equal(ready.operationStatus, 'READY');
    assert.equal(ready.displayName, 'galaxies.jpg');
    assert.equal(ready.mediaType, 'IMAGE');
    assert.match(ready.media.image.image, /originWidth=1000&originHeight=872$/);
    assert.equal(hash(await served(file)), hash(bytes));
    assert.deepEqual(complaints, []);
  });

  it('pauses, goes on, and outlives a cut of the network', async () => {
    const { page, complaints } = await browser.open();
    const bytes = video(30_000_000);
    const issued = await issue(client, 'video/mp4');
    const wire = await network(page);
    await wire.limit(10_000_000);
    await page.evaluate((issued) => window.expect(issued, { chunkSize: 5_000_000 }), issued);
    await pick(page, 'film.mp4', bytes);

    await page.waitForFunction(() => window.page.sent > 7_000_000);
    await page.evaluate(() => window.page.uppy.pauseAll());
    const url = await page.evaluate(() => window.page.replies[0].headers.Location);
    await pause(300);
    const paused = await offset(url);
    assert.ok(paused >= 5_000_000 && paused < 20_000_000, `paused at ${paused}`);
    await pause(300);
    assert.equal(await offset(url), paused);
    await page.evaluate(() => window.page.uppy.resumeAll());

    await page.waitForFunction(() => window.page.sent > 17_000_000);
    const failed = page.waitForEvent('requestfailed');
    await wire.cut();
    assert.equal((await failed).method(), 'PATCH');
    await pause(300);
    const cut = await offset(url);
    assert.ok(cut >= 15_000_000 && cut < 30_000_000, `cut at ${cut}`);
    await wire.limit(-1);
    assert.deepEqual(await page.evaluate(() => window.page.done), [1, []]);

    const replies = await page.evaluate(() => window.page.replies);
    assert.equal(replies.filter(({ method }) => method === 'POST').length, 1, 'begun once');
    const asked = replies.filter(({ method, status }) => method === 'HEAD' && status === 200).map(({ headers }) => headers);
    assert.deepEqual(asked.map((headers) => Number(headers['Upload-Offset'])), [paused, cut]);
    for (const headers of asked) {
      assert.equal(Number(headers['Upload-Length']), bytes.length);
      assert.equal(headers['Upload-Metadata'], metadata(issued.uploadToken, 'film.mp4', 'video/mp4'));
    }
    const { file } = await page.evaluate((issued) => window.finish(issued), issued);
    assert.equal(hash(await served(file)), hash(bytes));
    assert.deepEqual(complaints.filter((text) => !text.includes('ERR_INTERNET_DISCONNECTED')), []);
  });

  it('goes on when the page was loaded again and the same file is picked', async () => {
    const { page, complaints } = await browser.open();
    const bytes = video(12_000_000);
    const issued = await issue(client, 'video/mp4');
    const wire = await network(page);
    await wire.limit(10_000_000);
    await page.evaluate((issued) => window.expect(issued, { chunkSize: 5_000_000 }), issued);
    await pick(page, 'again.mp4', bytes);
    await page.waitForFunction(() => window.page.sent > 7_000_000);
    await page.reload();
    await page.evaluate((issued) => window.expect(issued, { chunkSize: 5_000_000 }), issued);
    await page.setInputFiles('input', join(dir, 'again.mp4'));
    assert.deepEqual(await page.evaluate(() => window.page.done), [1, []]);
    const [asked, ...pieces] = await page.evaluate(() => window.page.replies);
    assert.deepEqual([asked.method, asked.status], ['HEAD', 200]);
    assert.ok(Number(asked.headers['Upload-Offset']) >= 5_000_000, asked.headers['Upload-Offset']);
    assert.ok(pieces.every(({ method, status }) => method === 'PATCH' && status === 204));
    const { file } = await page.evaluate((issued) => window.finish(issued), issued);
    assert.equal(hash(await served(file)), hash(bytes));
    assert.deepEqual(complaints, []);
  });
});
