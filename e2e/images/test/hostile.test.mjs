// Tiny files that would become huge: refused at once, and the server's memory stays small.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, beforeEach, describe, it } from 'node:test';
import sharp from 'sharp';
import { put, settled } from '../../sdk/support/client.mjs';
import { real } from '../../sdk/support/corpus.mjs';
import { bigPng, longGif, resizedJpeg, typeOf } from '../support/awkward.mjs';
import { ask, shown, startLibrary } from '../support/library.mjs';
import { picture } from '../support/pictures.mjs';

const MEGABYTE = 1024;

describe('bombs', () => {
  let library;
  before(async () => {
    library = await startLibrary(['small.jpg']);
    await shown(library.get('small.jpg/v1/fill/w_60,h_40/a.jpg'));
  });
  after(() => library.stop());

  /** The most memory that the server ever had, in kilobytes. */
  const peak = async () => Number(/VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${library.server.pid}/status`, 'utf8'))[1]);
  let before_;
  beforeEach(async () => { before_ = await peak(); });

  /** Uploads bytes and asks for a small form of them: each answer comes within a second, and what it is. */
  async function set(bytes, type, name, transformation = 'fill/w_60,h_40/a.jpg') {
    const timed = async (what, call) => {
      const began = performance.now();
      const reply = await call();
      const took = performance.now() - began;
      assert.ok(took < 1000, `${what} of ${name} took ${Math.round(took)} ms`);
      return reply;
    };
    // The URL is asked for beforehand; what counts is what the bytes cost.
    const reply = await timed('the upload', () => put(library.client, bytes, type, { fileName: name }));
    const body = await reply.json();
    if (reply.status !== 200) return reply.status;
    if (body.file.operationStatus === 'PENDING') await settled(library.client, body.file.id);
    const { status } = await timed('the image', () => ask(`${library.server.url}/media/${body.file.id}/v1/${transformation}`));
    return status;
  }
  const refused = async (...bomb) => harmless(...bomb).then((status) => assert.notEqual(status, 200, bomb[2]));
  const harmless = async (...bomb) => {
    const status = await set(...bomb);
    assert.ok(status === 200 || (status >= 400 && status < 500), `${bomb[2]}: ${status}`);
    const grown = (await peak()) - before_;
    assert.ok(grown < 100 * MEGABYTE, `${bomb[2]}: the server grew by ${Math.round(grown / 1024)} MB`);
    return status;
  };

  it('a PNG that says 30000x30000', async () => {
    for (const colour of [0, 2, 6]) await refused(bigPng(30_000, 30_000, { rows: 100, colour }), 'image/png', 'bomb.png');
    await refused(bigPng(30_000, 30_000, { rows: 1, colour: 6, depth: 16 }), 'image/png', 'deep.png');
    await refused(bigPng(2_000_000_000, 2_000_000_000, { rows: 0 }), 'image/png', 'vast.png');
    await refused(bigPng(90_000_000, 1, { rows: 0 }), 'image/png', 'line.png');
  });

  it('a JPEG whose frame says 65500x65500, and one of 60000x1000', async () => {
    const { bytes } = await picture('small.jpg');
    await refused(resizedJpeg(bytes, 65_500, 65_500), 'image/jpeg', 'bomb.jpg');
    // 96 megapixels are allowed; that its data end early shows only while it is read.
    await harmless(resizedJpeg(bytes, 60_000, 1600), 'image/jpeg', 'wide.jpg');
  });

  it('a GIF with a screen of 65535x65535, and one of ten thousand frames', async () => {
    await refused(longGif(65_535, 65_535, 1), 'image/gif', 'bomb.gif');
    const frames = longGif(3000, 3000, 10_000);
    const began = performance.now();
    const reply = await put(library.client, frames, 'image/gif', { fileName: 'frames.gif' });
    if (reply.status === 200) {
      const { file } = await reply.json();
      const all = await ask(`${library.server.url}/media/${file.id}/v1/fit/w_500,h_500,anm_all/a.gif`);
      assert.ok(all.status === 200 || (all.status >= 400 && all.status < 500), `${all.status}`);
    }
    assert.ok(performance.now() - began < 20_000, `${Math.round(performance.now() - began)} ms`);
    const grown = (await peak()) - before_;
    assert.ok(grown < 300 * MEGABYTE, `the server grew by ${Math.round(grown / 1024)} MB`);
  });

  it('a WebP with a canvas of 16384x16384', async () => {
    const { bytes } = await picture('alpha.webp');
    const bad = Buffer.from(bytes);
    assert.equal(bad.toString('latin1', 12, 16), 'VP8X');
    bad.writeUIntLE(16_383, 24, 3);
    bad.writeUIntLE(16_383, 27, 3);
    await refused(bad, 'image/webp', 'bomb.webp');
  });

  it('Pillow\'s bombs', async () => {
    for (const path of ['decompression_bomb.gif', 'decompression_bomb.ico', 'bmp/b/reallybig.bmp', 'oom-225817ca0f8c663be7ab4b9e717b02c661e66834.tif']) {
      await refused(await real(`pillow/${path}`), typeOf(path), path.slice(path.lastIndexOf('/') + 1));
    }
    // Small in pixels: one has a text that would be huge, the other a frame that reaches far out of its screen.
    for (const path of ['png_decompression_dos.png', 'decompression_bomb_extents.gif']) {
      await harmless(await real(`pillow/${path}`), typeOf(path), path);
    }
    await refused(await real('pillow-heif/heif_special/200MP.heic'), 'image/heic', '200MP.heic');
  });

  it('a profile, a comment and metadata that unfold', async () => {
    const { bytes } = await picture('small.jpg');
    const much = await sharp(bytes).withExif({ IFD0: { ImageDescription: 'a'.repeat(60_000) } }).jpeg().toBuffer();
    assert.equal(await set(much, 'image/jpeg', 'much.jpg'), 200);
    assert.ok((await peak()) - before_ < 100 * MEGABYTE);
  });

  it('a picture that is as large as is allowed costs no more than it must, many at once too', async () => {
    // 96 megapixels that are small in bytes: decoded whole, eight of them would be 3 GB.
    const { id } = await library.add('large.png', await whole(9800, 9800), 'image/png');
    const replies = await Promise.all(Array.from({ length: 8 }, (_, i) => ask(`${library.server.url}/media/${id}/v1/fill/w_${100 + i},h_100/a.jpg`)));
    for (const { status } of replies) assert.ok([200, 503].includes(status), `${status}`);
    assert.ok(replies.some(({ status }) => status === 200));
    const top = await peak();
    assert.ok(top < 900 * MEGABYTE, `the server had ${Math.round(top / 1024)} MB`);
  });

  it('leave a server that serves', async () => {
    await shown(library.get('small.jpg/v1/fill/w_61,h_41/a.jpg'));
  });
});

/** A PNG that really is that large, of one colour. */
const whole = (width, height) =>
  sharp({ create: { width, height, channels: 3, background: '#357' }, limitInputPixels: false }).png({ compressionLevel: 9 }).toBuffer();
