// How images are served: as files that never change, made once, and gone with what they were made of.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { rgbaToThumbHash, thumbHashToApproximateAspectRatio, thumbHashToAverageRGBA, thumbHashToRGBA } from 'thumbhash';
import { decode, isBlurhashValid } from 'blurhash';
import sharp from 'sharp';
import { pause, until } from '../../sdk/support/until.mjs';
import { ask, describe as descriptor, metric, shown, startLibrary } from '../support/library.mjs';
import { meanColour, pixels, ssim } from '../support/likeness.mjs';
import { picture } from '../support/pictures.mjs';

const renders = (library) => metric(library.server, 'media_manager_image_renders_total');

describe('serving', () => {
  let library;
  before(async () => {
    library = await startLibrary(['large.jpg', 'photo.jpg', 'small.jpg', 'alpha.png']);
  });
  after(() => library.stop());

  it('answers as a static file does', async () => {
    const path = 'photo.jpg/v1/fill/w_320,h_200,al_c,q_80/a.jpg';
    const whole = await shown(library.get(path));
    assert.equal(whole.type, 'image/jpeg');
    assert.match(whole.headers.get('cache-control'), /public.*max-age=(\d{8}|15552000).*immutable/);
    assert.equal(whole.headers.get('access-control-allow-origin'), '*');
    assert.equal(whole.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(whole.headers.get('accept-ranges'), 'bytes');
    assert.equal(whole.headers.get('content-length'), String(whole.bytes.length));
    assert.ok(whole.headers.get('x-wix-request-id'));
    const etag = whole.headers.get('etag');
    assert.match(etag, /^"[^"]+"$/, 'a strong ETag');

    const head = await library.get(path, {}, { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.equal(head.bytes.length, 0);
    for (const name of ['content-type', 'content-length', 'etag', 'cache-control']) {
      assert.equal(head.headers.get(name), whole.headers.get(name), name);
    }
    for (const tags of [etag, `"other", ${etag}`, `W/${etag}`, '*']) {
      const same = await library.get(path, { 'If-None-Match': tags });
      assert.equal(same.status, 304, tags);
      assert.equal(same.headers.get('etag'), etag);
      assert.equal(same.bytes.length, 0);
    }
    assert.equal((await library.get(path, { 'If-None-Match': '"other"' })).status, 200);

    const part = await library.get(path, { Range: 'bytes=100-199' });
    assert.equal(part.status, 206);
    assert.equal(part.headers.get('content-range'), `bytes 100-199/${whole.bytes.length}`);
    assert.deepEqual(part.bytes, whole.bytes.subarray(100, 200));
    assert.deepEqual((await library.get(path, { Range: 'bytes=-7', 'If-Range': etag })).bytes, whole.bytes.subarray(-7));
    assert.equal((await library.get(path, { Range: 'bytes=0-1', 'If-Range': '"other"' })).status, 200);
    assert.equal((await library.get(path, { Range: `bytes=${whole.bytes.length}-` })).status, 416);
    const preflight = await library.get(path, { Origin: 'https://app.example', 'Access-Control-Request-Method': 'GET' }, { method: 'OPTIONS' });
    assert.ok([200, 204].includes(preflight.status));
    assert.equal((await library.get(path, {}, { method: 'POST' })).status, 405);
  });

  it('HEAD and a range are good for the first request too', async () => {
    const head = await library.get('photo.jpg/v1/fill/w_321,h_200/a.jpg', {}, { method: 'HEAD' });
    assert.equal(head.status, 200);
    const { bytes } = await shown(library.get('photo.jpg/v1/fill/w_321,h_200/a.jpg'));
    assert.equal(head.headers.get('content-length'), String(bytes.length));
    const part = await library.get('photo.jpg/v1/fill/w_322,h_200/a.jpg', { Range: 'bytes=0-9' });
    assert.equal(part.status, 206);
    assert.equal(part.bytes.length, 10);
  });

  it('makes a variant once, and serves it from its cache from then on, alike', async () => {
    const path = 'photo.jpg/v1/fill/w_323,h_200,al_c/a.webp';
    const made = await renders(library);
    const first = await shown(library.get(path));
    assert.equal(first.headers.get('x-cache'), 'miss');
    assert.equal(await renders(library), made + 1);
    for (let i = 0; i < 3; i += 1) {
      const again = await shown(library.get(path));
      assert.equal(again.headers.get('x-cache'), 'hit');
      assert.deepEqual(again.bytes, first.bytes);
      assert.equal(again.headers.get('etag'), first.headers.get('etag'));
    }
    assert.equal(await renders(library), made + 1);
    // The same picture by another spelling and name is the same variant.
    assert.equal((await shown(library.get('photo.jpg/v1/fill/h_200,w_323,con_0/other.webp'))).headers.get('x-cache'), 'hit');
  });

  it('makes what many ask for at the same time once', async () => {
    const path = 'large.jpg/v1/fill/w_711,h_401,al_c,q_80/a.jpg';
    const made = await renders(library);
    const replies = await Promise.all(Array.from({ length: 20 }, () => shown(library.get(path))));
    assert.equal(await renders(library), made + 1);
    for (const { bytes, width, height } of replies) {
      assert.deepEqual([width, height], [711, 401]);
      assert.deepEqual(bytes, replies[0].bytes);
    }
    assert.ok(replies.some(({ headers }) => headers.get('x-cache') === 'miss'));
  });

  it('makes different ones beside each other', async () => {
    const widths = Array.from({ length: 24 }, (_, i) => 300 + i);
    const replies = await Promise.all(widths.map((w) => shown(library.get(`large.jpg/v1/fill/w_${w},h_200,al_c/a.jpg`))));
    assert.deepEqual(replies.map(({ width }) => width), widths);
  });

  it('keeps no variant of what it refused', async () => {
    for (let i = 0; i < 2; i += 1) {
      const { status, headers } = await library.get('photo.jpg/v1/fill/w_0,h_200/a.jpg');
      assert.equal(status, 400);
      assert.notEqual(headers.get('x-cache'), 'hit');
    }
  });

  it('goes on when clients leave before their image is there', async () => {
    for (let i = 0; i < 10; i += 1) {
      const gone = new AbortController();
      const asked = ask(library.url(`large.jpg/v1/fill/w_${900 + i},h_700/a.jpg`), {}, { signal: gone.signal });
      setTimeout(() => gone.abort(), 5);
      await asked.catch(() => {});
    }
    await shown(library.get('photo.jpg/v1/fill/w_77,h_77/a.jpg'));
  });

  it('keeps its variants over a restart', async (t) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'media-manager-'));
    const servers = [];
    t.after(async () => {
      for (const one of servers) await one.stop();
      await rm(dataDir, { recursive: true });
    });
    const start = async (names) => {
      servers.push(await startLibrary(names, { dataDir }));
      return servers.at(-1);
    };
    const first = await start(['small.jpg']);
    const { id } = first.file('small.jpg');
    const { bytes } = await shown(first.get('small.jpg/v1/fill/w_99,h_98/a.jpg'));
    await servers.pop().stop();
    const again = await start([]);
    const reply = await shown(ask(`${again.server.url}/media/${id}/v1/fill/w_99,h_98/a.jpg`));
    assert.equal(reply.headers.get('x-cache'), 'hit');
    assert.deepEqual(reply.bytes, bytes);
  });
});

describe('files that go', () => {
  let library;
  before(async () => {
    library = await startLibrary();
  });
  after(() => library.stop());

  /** The files below DATA/variants. */
  const kept = async () => {
    const root = join(library.server.dir, 'variants');
    const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  };

  it('take their variants with them: 404 at once, and no byte stays', async () => {
    const { bytes } = await picture('small.jpg');
    const stays = await library.add('stays.jpg', bytes, 'image/jpeg');
    await shown(library.get('stays.jpg/v1/fill/w_50,h_50/a.jpg'));
    const before = await until(async () => { const list = await kept(); return list.length > 0 && list; }, 'a kept variant');
    const { id } = await library.add('goes.jpg', bytes, 'image/jpeg');
    const paths = [50, 60, 70].map((w) => `goes.jpg/v1/fill/w_${w},h_50/a.jpg`);
    for (const path of paths) await shown(library.get(path));
    await until(async () => (await kept()).length > before.length, 'more kept variants');

    await library.client.files.bulkDeleteFiles([id]);
    for (const path of paths) assert.equal((await library.get(path)).status, 200, 'what lies in the trash is still served');
    await library.client.files.bulkDeleteFiles([id], { permanent: true });
    for (const path of [...paths, 'goes.jpg/v1/fill/w_80,h_50/a.jpg', 'goes.jpg']) {
      const { status, headers } = await library.get(path);
      assert.equal(status, 404, path);
      assert.doesNotMatch(headers.get('cache-control') ?? '', /immutable/);
    }
    assert.equal((await library.get(paths[0], { 'If-None-Match': '*' })).status, 404);
    await until(async () => (await kept()).length <= before.length, async () => `${(await kept()).length} files to go`, 15_000);
    assert.deepEqual((await kept()).filter((path) => path.includes(id)), []);
    assert.equal((await shown(library.get('stays.jpg/v1/fill/w_50,h_50/a.jpg'))).headers.get('x-cache'), 'hit');
    assert.ok(stays.id);
  });

  it('don\'t come back with what was being made meanwhile', async () => {
    const { bytes } = await picture('large.jpg');
    const { id } = await library.add('late.jpg', bytes, 'image/jpeg');
    const asked = [1001, 1002, 1003, 1004].map((w) => library.get(`late.jpg/v1/fill/w_${w},h_700/a.png`));
    await pause(20);
    await library.client.files.bulkDeleteFiles([id], { permanent: true });
    for (const reply of await Promise.all(asked)) assert.ok([200, 404].includes(reply.status), `${reply.status}`);
    assert.equal((await library.get('late.jpg/v1/fill/w_1001,h_700/a.png')).status, 404);
    await until(async () => !(await kept()).some((path) => path.includes(id)), 'no variant of the deleted file', 15_000);
  });
});

describe('placeholders', () => {
  let library;
  const names = ['photo.jpg', 'tall.jpeg', 'alpha.png', 'still.gif', 'photo.webp'];
  before(async () => {
    library = await startLibrary(names);
  });
  after(() => library.stop());

  for (const name of names) {
    it(`thumbhash and blurhash of ${name} show its colours`, async () => {
      const { id } = library.file(name);
      const image = await until(async () => {
        const { media } = await descriptor(library.server, id);
        return media.image.thumbhash && media.image;
      }, 'the thumbhash');
      const { bytes, width, height } = await picture(name);
      const whole = await pixels(await sharp(bytes).resize({ width: 100, height: 100, fit: 'inside' }).png().toBuffer());
      const mean = meanColour(whole);

      const hash = Buffer.from(image.thumbhash, 'base64');
      const { r, g, b, a } = thumbHashToAverageRGBA(hash);
      // The average of a thumbhash counts what is transparent as the mean colour; 4 to 6 bits hold each channel.
      for (const [channel, value] of [r, g, b].entries()) {
        assert.ok(Math.abs(value * 255 - mean[channel]) < 20, `thumbhash ${[r, g, b].map((v) => Math.round(v * 255))}, picture ${mean.map(Math.round)}`);
      }
      assert.equal(a < 0.99, mean[3] < 250);
      assert.ok(Math.abs(Math.log(thumbHashToApproximateAspectRatio(hash) / (width / height))) < 0.35);
      const shownHash = thumbHashToRGBA(hash);
      const own = thumbHashToRGBA(rgbaToThumbHash(whole.width, whole.height, whole.data));
      const bitmap = ({ w, h, rgba }) => ({ width: w, height: h, data: Buffer.from(rgba) });
      if (own.w === shownHash.w && own.h === shownHash.h) {
        assert.ok(ssim(bitmap(shownHash), bitmap(own)) > 0.8, 'like what the npm package makes of it');
      }

      assert.equal(isBlurhashValid(image.blurhash).result, true);
      const small = { width: 32, height: 32, data: Buffer.from(decode(image.blurhash, 32, 32)) };
      const opaque = await pixels(await sharp(bytes).resize(32, 32, { fit: 'fill' }).flatten({ background: '#fff' }).png().toBuffer());
      const candidates = [meanColour(opaque), mean];
      const off = Math.min(...candidates.map((one) => Math.max(...[0, 1, 2].map((c) => Math.abs(meanColour(small)[c] - one[c])))));
      // A BlurHash holds the mean of linear light, which lies above that of sRGB where contrasts are large.
      assert.ok(off < 30, `blurhash ${meanColour(small).map(Math.round)}, picture ${mean.map(Math.round)}`);
    });
  }
});
