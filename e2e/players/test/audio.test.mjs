// Sounds as they come, and what is made of them.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { media } from '@wix/sdk';
import sharp from 'sharp';
import { put, upload } from '../../sdk/support/client.mjs';
import { folder as corpus, real } from '../../sdk/support/corpus.mjs';
import { startBrowser } from '../support/browser.mjs';
import { clip, typeOf } from '../support/clips.mjs';
import { decodedSeconds, decodes, loudness, probe } from '../support/ffmpeg.mjs';
import { startLibrary } from '../support/library.mjs';
import { ask, get } from '../support/stream.mjs';

const NAMES = ['demo.mp3', 'demo.aac', 'demo.aif', 'demo.ogg', 'demo.opus', 'demo.wav', 'short.wav', 'withcover.mp3'];
// Whether these are taken is up to the server.
const MAYBE = ['demo.ac3', 'demo.wv'];

/** The longest list of numbers in a JSON: the peaks, whatever they are called, between -1 and 1. */
function peaksOf(json) {
  const lists = [];
  const walk = (value) => {
    if (Array.isArray(value) && value.every((one) => typeof one === 'number')) lists.push(value);
    else if (value && typeof value === 'object') Object.values(value).forEach(walk);
  };
  walk(json);
  // Where they are whole numbers, as programs that draw waveforms want them, it says of how many bits.
  return (lists.sort((a, b) => b.length - a.length)[0] ?? []).map((one) => (json.bits ? one / 2 ** (json.bits - 1) : one));
}
const largest = (values) => values.reduce((most, one) => Math.max(most, Math.abs(one)), 0);

describe('audio', () => {
  let browser;
  let library;
  let client;
  const files = new Map();
  before(async () => {
    browser = await startBrowser();
    library = await startLibrary();
    ({ client } = library);
    await Promise.all(NAMES.map(async (name) => files.set(name, await library.add(name, await real(`iscc-samples/audio/${name}`)))));
    files.set('halves.wav', await library.addClip('halves.wav'));
  });
  after(async () => {
    await browser?.stop();
    await library?.stop();
  });

  const download = async (id, key) => get((await client.files.generateFileDownloadUrl(id, { assetKeys: [key] })).downloadUrls[0].url);

  /** The file plays as long as its source, and so does each of its assets. */
  const checked = async (file, name, path) => {
    assert.equal(file.operationStatus, 'READY', JSON.stringify(file.failure));
    const seconds = await decodedSeconds(path);
    const { audio } = file.media;
    assert.ok(Math.abs(audio.duration - seconds) < 0.2, `${audio.duration} s of ${seconds}`);
    for (const key of ['128kbs.mp3', '192kbs.m4a']) assert.ok(audio.assets.some(({ assetKey }) => assetKey === key), `${key} is among the assets`);
    for (const asset of audio.assets.filter(({ assetKey }) => assetKey !== 'src')) {
      assert.equal(asset.url, `${library.server.url}/mp3/${file.id}/${asset.assetKey}`);
      const { bytes, type } = await get(asset.url);
      assert.match(type, asset.assetKey.endsWith('mp3') ? /^audio\/mpeg/ : /^audio\/(mp4|x-m4a|m4a)/);
      assert.equal(bytes.length, Number(asset.sizeInBytes));
      await decodes(asset.url);
      const { audio: stream, streams } = await probe(asset.url);
      assert.equal(stream.codec_name, asset.assetKey.endsWith('mp3') ? 'mp3' : 'aac');
      assert.ok(streams.every(({ codec_type: kind, disposition }) => kind === 'audio' || disposition.attached_pic), `${name} as ${asset.assetKey}`);
      const long = await decodedSeconds(asset.url);
      assert.ok(Math.abs(long - seconds) < 0.2, `${asset.assetKey} plays ${long} s of ${seconds}`);
      assert.ok(Math.abs(Number(asset.duration) - seconds) < 0.2, `${asset.duration} s are said of ${asset.assetKey}`);
    }
  };

  for (const name of NAMES) {
    it(`takes ${name}`, async () => checked(files.get(name), name, join(corpus, `iscc-samples/audio/${name}`)));
  }

  for (const name of MAYBE) {
    it(`takes ${name}, or refuses it at once`, async () => {
      const bytes = await real(`iscc-samples/audio/${name}`);
      const issued = await client.files.generateFileUploadUrl(typeOf(name), { fileName: name }).catch((error) => error);
      if (!issued.uploadUrl) return assert.equal(issued.details.validationError.fieldViolations[0].ruleName, 'UNSUPPORTED_FILE_FORMAT');
      const { id } = await upload(client, bytes, typeOf(name), { fileName: name });
      return checked(await library.done(id), name, join(corpus, `iscc-samples/audio/${name}`));
    });
  }

  it('plays in Chromium from another origin, and seeks', async () => {
    const page = await browser.open('plain');
    const file = files.get('demo.wav');
    for (const { url, assetKey } of file.media.audio.assets.filter((one) => one.assetKey !== 'src')) {
      const played = await page.tab.evaluate(async (src) => {
        const element = document.querySelector('audio');
        element.crossOrigin = 'anonymous';
        element.src = src;
        await element.play();
        while (element.currentTime < 1 && !element.error) await new Promise((resolve) => { setTimeout(resolve, 20); });
        element.currentTime = 12;
        await new Promise((resolve) => { element.onseeked = resolve; });
        while (element.currentTime < 12.3 && !element.error) await new Promise((resolve) => { setTimeout(resolve, 20); });
        return { duration: element.duration, time: element.currentTime, bytes: element.webkitAudioDecodedByteCount, error: element.error?.message };
      }, url);
      assert.equal(played.error, undefined, assetKey);
      assert.ok(Math.abs(played.duration - 15.5) < 0.2, `${assetKey}: ${played.duration} s`);
      assert.ok(played.bytes > 1000);
    }
    assert.deepEqual(page.complaints, []);
    assert.ok(page.replies.every(({ status }) => status < 400));
    await page.close();
  });

  it('all assets come by their links', async () => {
    for (const name of ['withcover.mp3', 'halves.wav']) {
      const { id } = files.get(name);
      const keys = await library.keys(id);
      for (const key of ['src', '128kbs.mp3', '192kbs.m4a', 'waveform.json', 'waveform.png']) assert.ok(keys.includes(key), `${key} in ${keys}`);
      for (const key of keys) {
        const { bytes, type } = await download(id, key);
        if (/\.(png|jpg)$/.test(key)) assert.equal(`image/${(await sharp(bytes).metadata()).format}`, type);
        else if (key.endsWith('.json')) assert.match(type, /^application\/json/);
        else assert.match(type, /^audio\//);
      }
    }
  });

  it('the waveform is loud where the sound is, and quiet where it is not', async () => {
    const { id } = files.get('halves.wav');
    const heard = await loudness(await clip('halves.wav'));
    assert.ok(heard[10] > 0.5 && heard[70] < 0.05, 'the clip is what it is meant to be');
    const peaks = peaksOf(JSON.parse((await download(id, 'waveform.json')).bytes));
    assert.ok(peaks.length >= 50, `${peaks.length} peaks`);
    assert.ok(peaks.every((one) => one >= -1 && one <= 1), `they are between -1 and 1: ${peaks.slice(0, 10)}`);
    const third = Math.floor(peaks.length / 3);
    const [loud, quiet] = [peaks.slice(0, third), peaks.slice(-third)].map(largest);
    assert.ok(loud > 0.7 && loud <= 1, `${loud} for 0.8`);
    assert.ok(quiet < 0.06, `${quiet} for 0.02`);
    const { data, info: { width, height, channels } } = await sharp((await download(id, 'waveform.png')).bytes).flatten({ background: '#fff' }).greyscale().raw().toBuffer({ resolveWithObject: true });
    // How many pixels of a column aren't like the upper left one.
    const ink = (from, to) => {
      let count = 0;
      for (let y = 0; y < height; y += 1) for (let x = from; x < to; x += 1) count += Math.abs(data[(y * width + x) * channels] - data[0]) > 40 ? 1 : 0;
      return count / (to - from);
    };
    const part = Math.floor(width / 3);
    assert.ok(ink(1, part) > 4 * ink(width - part, width - 1), `${ink(1, part)} and ${ink(width - part, width - 1)} of ${height}`);
  });

  it('the cover of a song is served, and only where there is one', async () => {
    const { id } = files.get('withcover.mp3');
    const { width, height, format } = await sharp((await download(id, 'cover.jpg')).bytes).metadata();
    assert.deepEqual([format, width, height], ['jpeg', 500, 500]);
    assert.ok(!(await library.keys(files.get('demo.mp3').id)).includes('cover.jpg'));
  });

  it("the published client's words for a sound lead to it", async () => {
    const file = files.get('demo.mp3');
    const { media: { audio } } = await client.files.getFileDescriptor(file.id);
    const words = typeof audio === 'string' ? audio : `wix:audio://v1/${file.id}/demo.mp3#duration=${Math.round(file.media.audio.duration)}`;
    const { id, url } = media.getAudioUrl(words);
    assert.equal(id, file.id);
    const here = url.replace(/^https:\/\/[^/]+/, library.server.url);
    assert.equal((await get(here)).bytes.length, Number(file.sizeInBytes));
  });

  it('says that sound without any is damaged', async () => {
    const file = await library.add('broken.mp3', Buffer.concat([Buffer.from('ID3\x03\0\0\0\0\0\0', 'latin1'), Buffer.alloc(4000, 7)])).catch((error) => error);
    if (file instanceof Error) assert.match(file.message, /400/);
    else assert.equal(file.operationStatus, 'FAILED');
    const empty = await put(client, Buffer.alloc(0), 'audio/mpeg', { fileName: 'empty.mp3' });
    assert.equal((await empty.json()).details.validationError.fieldViolations[0].ruleName, 'ZERO_FILE_SIZE');
  });

  it('of a private file is in no descriptor, and shut', async () => {
    const file = await library.add('secret.mp3', await real('iscc-samples/audio/demo.mp3'), { private: true });
    assert.equal(file.operationStatus, 'READY');
    for (const { url } of file.media.audio.assets) assert.equal(url, '');
    for (const path of [`mp3/${file.id}`, `mp3/${file.id}/128kbs.mp3`, `mp3/${file.id}/192kbs.m4a`]) assert.equal((await ask(`${library.server.url}/${path}`)).status, 403, path);
    assert.ok((await download(file.id, '128kbs.mp3')).bytes.length > 1000);
  });

  it('of a file that was deleted for good is gone', async () => {
    const file = files.get('demo.ogg');
    const urls = file.media.audio.assets.map(({ url }) => url);
    await client.files.bulkDeleteFiles([file.id], { permanent: true });
    for (const url of urls) assert.equal((await ask(url)).status, 404);
  });
});
