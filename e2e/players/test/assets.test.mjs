// All that is made of a video beside its renditions: posters, storyboard, preview, and the links to them.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { media } from '@wix/sdk';
import sharp from 'sharp';
import { until } from '../../sdk/support/until.mjs';
import { bytesOf } from '../support/clips.mjs';
import { decodes, probe } from '../support/ffmpeg.mjs';
import { renditions, startLibrary } from '../support/library.mjs';
import { ask, get } from '../support/stream.mjs';

/** A picture in grey, small: enough to see that two are different. */
const look = async (bytes) => sharp(bytes).resize(32, 18, { fit: 'fill' }).greyscale().raw().toBuffer();
const mean = (values) => values.reduce((sum, one) => sum + one, 0) / values.length;
const difference = (one, two) => mean(Array.from(one, (value, i) => Math.abs(value - two[i])));

const seconds = (text) => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
/** The cues of a storyboard: from, to, and the part of the sprite. */
const tiles = (vtt) => [...vtt.matchAll(/([\d:.]+) --> ([\d:.]+)[^\n]*\r?\n([^\n]*)#xywh=(\d+),(\d+),(\d+),(\d+)/g)]
  .map(([, from, to, file, x, y, w, h]) => ({ from: seconds(from), to: seconds(to), file, x: Number(x), y: Number(y), w: Number(w), h: Number(h) }));

describe('assets of videos', () => {
  let library;
  let client;
  let file;
  let keys;
  let captions;
  let dir;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'media-manager-'));
    library = await startLibrary();
    ({ client } = library);
    file = await library.addClip('black-first.mp4');
    assert.equal(file.operationStatus, 'READY', JSON.stringify(file.failure));
    captions = await library.captioned(file.id);
    file = await library.adorned(file.id);
    keys = await library.keys(file.id);
  });
  after(async () => {
    await library?.stop();
    await rm(dir, { recursive: true });
  });

  const downloads = async (assetKeys) => (await client.files.generateFileDownloadUrl(file.id, { assetKeys })).downloadUrls;
  const download = async (key) => (await get((await downloads([key]))[0].url)).bytes;
  const poster = (n) => `${library.server.url}/media/${file.id}f00${n}.jpg`;

  it('have keys for each rendition, and for all that was promised', () => {
    assert.equal(new Set(keys).size, keys.length, 'each once');
    for (const key of ['src', '360p.mp4', '240p.mp4', '144p.mp4', 'poster.0', 'storyboard.jpg', 'storyboard.vtt', 'preview.webp']) assert.ok(keys.includes(key), `${key} in ${keys}`);
    for (const { assetKey } of renditions(file)) assert.ok(keys.includes(assetKey), assetKey);
  });

  it('all come by their links, and are what they are called', async () => {
    const urls = await downloads(keys);
    assert.deepEqual(urls.map(({ assetKey }) => assetKey), keys, 'in the order that was asked for');
    for (const { assetKey, url } of urls) {
      const { bytes, headers, type } = await get(url);
      assert.ok(bytes.length > 0, assetKey);
      assert.match(headers.get('content-disposition') ?? '', /filename/, assetKey);
      const path = join(dir, assetKey.replaceAll('/', '_'));
      await writeFile(path, bytes);
      if (assetKey === 'src') assert.ok(bytes.equals(await bytesOf('black-first.mp4')));
      else if (/\.(mp4|m4a|mp3)$/.test(assetKey)) {
        await decodes(path);
        const { format } = await probe(path);
        assert.ok(Math.abs(Number(format.duration) - 10) < 0.2, `${assetKey}: ${format.duration} s`);
        assert.match(type, /^(video|audio)\//, assetKey);
      } else if (/\.(jpg|png|webp)$|^poster/.test(assetKey)) {
        const { width, height, format } = await sharp(bytes).metadata();
        assert.ok(width > 1 && height > 1, assetKey);
        assert.equal(type, `image/${format}`, assetKey);
      } else if (assetKey.endsWith('.vtt')) assert.match(bytes.toString(), /^WEBVTT/, assetKey);
      else if (assetKey.endsWith('.json')) JSON.parse(bytes);
      else assert.fail(`nothing is known of ${assetKey}`);
    }
  });

  it('the renditions of the descriptor are those files', async () => {
    for (const { url, assetKey, width, height, quality, sizeInBytes } of renditions(file)) {
      assert.equal(url, `${library.server.url}/video/${file.id}/${quality}/mp4/file.mp4`);
      const { bytes } = await get(url);
      assert.equal(bytes.length, Number(sizeInBytes), quality);
      assert.ok(bytes.equals(await download(assetKey)), quality);
      const { video, audio } = await probe(url);
      assert.deepEqual([video.width, video.height, audio.codec_name], [width, height, 'aac']);
      assert.ok(bytes.indexOf('moov') < bytes.indexOf('mdat') && bytes.indexOf('moof') < 0, `${quality} is a plain file that begins with its description`);
    }
    const formats = file.media.video.resolutions.filter(({ format }) => format !== 'mp4').map(({ format, width, height, quality }) => [format, width, height, quality ?? null]);
    assert.deepEqual(formats.sort(), [['dash', 0, 0, null], ['hls', 0, 0, null]]);
    assert.ok((await get(file.media.video.url)).bytes.equals(await bytesOf('black-first.mp4')));
  });

  it('posters show something, and each something else, although the clip begins with black', async () => {
    const { posters } = file.media.video;
    assert.ok(posters.length > 1 && posters.length <= 4, `${posters.length} posters`);
    const seen = [];
    for (const [n, { id, url, width, height }] of posters.entries()) {
      assert.deepEqual([id, url], ['', poster(n)]);
      const { bytes, type } = await get(url);
      assert.equal(type, 'image/jpeg');
      const found = await sharp(bytes).metadata();
      assert.deepEqual([found.width, found.height], [width, height]);
      assert.ok(Math.abs(width / height - 16 / 9) < 0.05, `${width}x${height}`);
      seen.push(await look(bytes));
      assert.ok(mean(seen[n]) > 30, `poster ${n} is black: ${mean(seen[n])}`);
      assert.ok(bytes.equals(await download(`poster.${n}`)));
    }
    seen.forEach((one, n) => seen.slice(n + 1).forEach((two, m) => assert.ok(difference(one, two) > 1, `posters ${n} and ${n + m + 1} are alike`)));
    assert.ok(file.thumbnailUrl.startsWith(poster(Math.min(2, posters.length - 1))), file.thumbnailUrl);
  });

  it('a poster is asked for in any size, as an image is', async () => {
    const { bytes, type } = await get(`${poster(1)}/v1/fill/w_200,h_120/x.webp`);
    assert.equal(type, 'image/webp');
    const { width, height } = await sharp(bytes).metadata();
    assert.deepEqual([width, height], [200, 120]);
    const whole = await sharp((await get(poster(1))).bytes).resize(200, 120, { fit: 'cover' }).webp().toBuffer();
    const apart = difference(await look(bytes), await look(whole));
    assert.ok(apart < 5, `${apart} of 255 apart`);
    assert.equal((await ask(`${poster(9)}/v1/fill/w_200,h_120/x.webp`)).status, 404);
    assert.equal((await ask(poster(9))).status, 404);
  });

  it("the published client's words for the video lead to it and its poster", async () => {
    const { media: { video } } = await client.files.getFileDescriptor(file.id);
    const [, second] = file.media.video.posters;
    assert.equal(video, `wix:video://v1/${file.id}/black-first.mp4#posterUri=${file.id}f001.jpg&posterWidth=${second.width}&posterHeight=${second.height}`);
    const here = (url) => url.replace(/^https:\/\/(video|static)\.wixstatic\.com/, library.server.url);
    const { id, url, thumbnail, filename } = media.getVideoUrl(video);
    assert.deepEqual([id, filename, here(url)], [file.id, 'black-first.mp4', file.media.video.url]);
    assert.equal((await get(here(url))).bytes.length, Number(file.sizeInBytes));
    assert.match((await get(here(media.getVideoUrl(video, '360p').url))).type, /^video\/mp4/);
    assert.equal((await get(here(media.getImageUrl(thumbnail).url))).type, 'image/jpeg');
    const small = await get(here(media.getScaledToFillImageUrl(thumbnail, 160, 90, {})));
    const { width, height } = await sharp(small.bytes).metadata();
    assert.deepEqual([width, height], [160, 90]);
    assert.equal((await client.files.getFileDescriptor(video))._id, file.id, 'and are as good as its id');
  });

  it('the storyboard has a tile for each moment, and none outside of the sprite', async () => {
    const sprite = await sharp(await download('storyboard.jpg')).metadata();
    const { storyboard } = file.media.video;
    assert.ok(storyboard, 'the descriptor says where it is');
    const vtt = (await get(storyboard.vttUrl)).bytes.toString();
    const list = tiles(vtt);
    assert.ok(list.length >= 2, vtt);
    list.forEach(({ from, to, x, y, w, h, file: name }, i) => {
      assert.ok(to > from && Math.abs(from - (list[i - 1]?.to ?? 0)) < 0.01, `${from} to ${to}`);
      assert.ok(x + w <= sprite.width && y + h <= sprite.height, `${[x, y, w, h]} of ${sprite.width}x${sprite.height}`);
      assert.ok(Math.abs(w / h - 16 / 9) < 0.1, `${w}x${h}`);
      assert.equal(new URL(name, storyboard.vttUrl).href.split('?')[0], storyboard.url.split('?')[0]);
    });
    assert.ok(Math.abs(list.at(-1).to - 10) < 0.5, `it ends at ${list.at(-1).to}`);
    const tile = async ({ x, y, w, h }) => look(await sharp((await get(storyboard.url)).bytes).extract({ left: x, top: y, width: w, height: h }).toBuffer());
    assert.ok(mean(await tile(list[0])) < 20, 'the first moment is black');
    assert.ok(mean(await tile(list.at(-1))) > 30, 'the last one is not');
  });

  it('the preview moves', async () => {
    const { pages, format, delay, width, height } = await sharp(await download('preview.webp'), { pages: -1 }).metadata();
    assert.equal(format, 'webp');
    assert.ok(pages > 3, `${pages} pictures`);
    assert.ok(delay.every((one) => one > 0), `${delay}`);
    assert.ok(width <= 640 && height > 0);
  });

  it('captions can be listed, changed and removed, and are refused where they are none', async () => {
    assert.equal(captions, 'en');
    const path = `files/${file.id}/captions`;
    const list = async () => (await library.call('GET', path)).body.captions.map(({ language, label }) => [language, label]);
    assert.deepEqual(await list(), [['en', 'English']]);
    await library.caption(file.id, 'de', 'WEBVTT\n\n00:01.000 --> 00:02.000\nHallo & <i>tschüss</i>\n', { label: 'Deutsch', default: false });
    assert.deepEqual((await list()).sort(), [['de', 'Deutsch'], ['en', 'English']]);
    const hls = await library.stream(file.id);
    assert.match((await get(new URL('captions.de.vtt', hls).href)).bytes.toString(), /^WEBVTT[\s\S]*Hallo/);
    assert.match((await get(hls)).bytes.toString(), /LANGUAGE="de"/);
    assert.ok([400, 413].includes((await library.call('PUT', `${path}/en`, { label: 'English', text: 'no captions at all' })).status));
    assert.ok([200, 204].includes((await library.call('DELETE', `${path}/de`)).status));
    assert.deepEqual(await list(), [['en', 'English']]);
    assert.doesNotMatch((await get(hls)).bytes.toString(), /LANGUAGE="de"/);
    assert.equal((await ask(new URL('captions.de.vtt', hls).href)).status, 404);
  });

  it('nothing of a file is left when it was deleted for good', async () => {
    const hls = await library.stream(file.id);
    const links = (await downloads(keys)).map(({ url }) => url);
    const { video } = file.media;
    const urls = [video.url, ...video.resolutions.map(({ url }) => url), ...video.posters.map(({ url }) => url), `${poster(1)}/v1/fill/w_200,h_120/x.webp`, video.storyboard?.url, video.storyboard?.vttUrl,
      ...['360p.m3u8', '360p.mp4', 'audio.mp4', ...(captions === 'en' ? ['captions.en.vtt'] : [])].map((name) => new URL(name, hls).href), ...links].filter(Boolean);
    for (const url of urls) await get(url);
    await client.files.bulkDeleteFiles([file.id], { permanent: true });
    for (const url of urls) await until(async () => (await ask(url)).status === 404, () => `404 for ${url}`);
    await assert.rejects(library.stream(file.id));
  });
});
