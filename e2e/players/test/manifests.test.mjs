// The manifests of a stream, and the bytes they speak of, as ffmpeg, a packager and HTTP see them.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { FPS } from '../support/clips.mjs';
import { decodes, probe, span, packets } from '../support/ffmpeg.mjs';
import { onReference, startCounted } from '../support/library.mjs';
import { aligned, ask, boxes, codec, due, get, keys, master, mpd, numbers, piece, playlist, segments } from '../support/stream.mjs';

const run = promisify(execFile);
const HEIGHTS = { '144p': 144, '240p': 240, '360p': 360, '480p': 480, '720p': 720 };

describe('manifests', () => {
  let stream;
  let dir;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'media-manager-'));
    stream = await startCounted();
  });
  after(async () => {
    await stream?.stop();
    await rm(dir, { recursive: true });
  });

  /** Every file of media that the master names, once: `{name, url, video}`. */
  const media = async () => {
    const { variants, media: others } = await master(stream.hls);
    const lists = [...variants.map(({ url }) => url), ...others.filter(({ TYPE }) => TYPE === 'AUDIO').map(({ url }) => url)];
    return Promise.all([...new Set(lists)].map(async (url) => {
      const { init } = await playlist(url);
      return { list: url, url: init.url, name: new URL(url).pathname.split('/').pop().replace('.m3u8', '') };
    }));
  };

  it('ffprobe reads both without a complaint, and both decode', async () => {
    for (const url of [stream.hls, stream.dash]) {
      const { streams, format } = await probe(url);
      assert.deepEqual([...new Set(streams.map(({ codec_name: name }) => name))].filter((name) => name !== 'webvtt').sort(), ['aac', 'h264']);
      assert.ok(Math.abs(Number(format.duration) - 12) < 0.1, `${format.duration} s by ${url}`);
      await decodes(url);
    }
  });

  it('the master lists the whole ladder, and says of each what is true', async () => {
    const { variants, media: others, text } = await master(stream.hls);
    assert.deepEqual(variants.map(({ RESOLUTION }) => Number(RESOLUTION.split('x')[1])).sort((a, b) => a - b), stream.heights);
    assert.doesNotMatch(text, /https?:/, 'addresses are relative');
    assert.ok(others.some(({ TYPE, DEFAULT }) => TYPE === 'AUDIO' && DEFAULT === 'YES'));
    const audio = await segments(others.find(({ TYPE }) => TYPE === 'AUDIO').url);
    for (const variant of variants) {
      const { file, seconds, size, peak } = await segments(variant.url);
      const { video } = await probe(file);
      assert.equal(variant.RESOLUTION, `${video.width}x${video.height}`);
      assert.equal(Number(variant['FRAME-RATE'] ?? FPS), FPS);
      assert.deepEqual(variant.CODECS.split(',').map((one) => one.trim().toLowerCase()).sort(), [await codec(file), 'mp4a.40.2']);
      assert.ok(Math.abs(seconds - 12) < 0.05, `${seconds} s`);
      assert.ok(Number(variant.BANDWIDTH) >= (peak + audio.peak) * 0.99, `${variant.BANDWIDTH} is less than ${peak} and ${audio.peak} bits a second`);
      if (variant['AVERAGE-BANDWIDTH']) {
        const mean = (size * 8 + audio.size * 8) / 12;
        assert.ok(Math.abs(Number(variant['AVERAGE-BANDWIDTH']) - mean) < mean * 0.1, `${variant['AVERAGE-BANDWIDTH']} for ${mean} bits a second`);
        assert.ok(Number(variant['AVERAGE-BANDWIDTH']) <= Number(variant.BANDWIDTH));
      }
    }
  });

  it('every segment is where its list says, and as long', async () => {
    for (const { list, name } of await media()) {
      const found = await segments(list);
      if (name === 'audio') assert.ok(Math.abs(found.seconds - 12) < 0.1, `${found.seconds} s of sound`);
    }
  });

  it('all qualities can be changed between at the same times, which are key frames of each', async () => {
    const lists = [];
    for (const { url, list, name } of (await media()).filter((one) => one.name !== 'audio')) {
      const found = (await playlist(list)).segments;
      const begins = found.map((_, i) => found.slice(0, i).reduce((sum, one) => sum + one.seconds, 0));
      const times = await keys(url);
      // One that is as it came may have more of them.
      for (const begin of begins) assert.ok(times.some((time) => Math.abs(time - begin) <= 0.02), `no key frame at ${begin} of ${name}: ${times}`);
      lists.push(begins);
    }
    assert.ok(lists[0].length >= 2, `there is more than one to begin at: ${lists[0]}`);
    aligned(lists, 1 / FPS);
  });

  it('every rendition shows every frame of the source once, and sound and picture are in step', async () => {
    const all = Array.from({ length: 12 * FPS }, (_, i) => i);
    const files = await media();
    const last = async (url, kind) => {
      const { start, end } = span(await packets(url, kind));
      return end - start;
    };
    const { url: audio } = files.find(({ name }) => name === 'audio');
    const sound = { start: due((await get(audio)).bytes), length: await last(audio, 'a') };
    for (const { url, name } of files.filter((one) => one.name !== 'audio')) {
      assert.deepEqual(await numbers(url), all, name);
      const picture = { start: due((await get(url)).bytes), length: await last(url, 'v') };
      assert.ok(Math.abs(picture.start - sound.start) <= 0.06, `${name} begins at ${picture.start}, the sound at ${sound.start}`);
      assert.ok(Math.abs(picture.length - sound.length) <= 0.3, `${name} plays for ${picture.length} s, the sound for ${sound.length} s`);
    }
  });

  it('the DASH manifest speaks of the same files, and of their indexes', async () => {
    const { representations, seconds, text } = await mpd(stream.dash);
    assert.ok(Math.abs(seconds - 12) < 0.1, `${seconds} s`);
    assert.doesNotMatch(text.replace(/(xmlns|schemeIdUri|profiles|xsi:schemaLocation)(:\w+)?="[^"]*"/g, ''), /https?:/, 'addresses are relative');
    const files = (await media()).map(({ url }) => url).sort();
    const indexed = representations.filter(({ index }) => index);
    assert.deepEqual(indexed.map(({ url }) => url).sort(), files);
    for (const { url, init, index, of } of indexed) {
      assert.ok(boxes(await piece(url, init)).includes('moov'), `${of('id')} begins with its description`);
      assert.deepEqual(boxes(await piece(url, index)), ['sidx']);
      assert.equal(of('codecs').toLowerCase(), await codec(url));
      if (!of('mimeType').startsWith('video')) continue;
      const { video } = await probe(url);
      assert.deepEqual([Number(of('width')), Number(of('height'))], [video.width, video.height]);
      assert.ok(HEIGHTS[`${video.height}p`]);
    }
  });

  it('a packager reads every file without a complaint', async () => {
    if (!process.env.PACKAGER) throw new Error('PACKAGER is not set: run e2e/players/run.sh');
    for (const { url, name } of await media()) {
      const input = join(dir, `${name}.mp4`);
      await writeFile(input, (await get(url)).bytes);
      const kind = name === 'audio' ? 'audio' : 'video';
      const { stdout, stderr } = await run(process.env.PACKAGER, [
        `in=${input},stream=${kind},output=${join(dir, `${name}-again.mp4`)}`, '--mpd_output', join(dir, `${name}.mpd`), '--fragment_duration', '4', '--segment_duration', '4',
      ]);
      assert.doesNotMatch(stderr, /warning|error|fatal|[WEF]\d{4}/i, stderr);
      assert.match(stdout + stderr, /completed successfully/i);
      // What it made of it is as long.
      const { format } = await probe(join(dir, `${name}-again.mp4`));
      assert.ok(Math.abs(Number(format.duration) - 12) < 0.1, `${name}: ${format.duration} s`);
    }
  });

  it('each kind says what it is, to any origin, and is asked again at no cost', async () => {
    const files = await media();
    const { media: others } = await master(stream.hls);
    const captions = others.find(({ TYPE }) => TYPE === 'SUBTITLES')?.url;
    assert.ok(captions, 'the captions are in the master'); // Uploaded by startCounted.
    const kinds = [
      [stream.hls, /^application\/vnd\.apple\.mpegurl(;|$)/i],
      [stream.dash, /^application\/dash\+xml(;|$)/],
      [captions, /^application\/vnd\.apple\.mpegurl(;|$)/i],
      [(await playlistOf(captions))[0], /^text\/vtt(;|$)/],
      ...files.map(({ list }) => [list, /^application\/vnd\.apple\.mpegurl(;|$)/i]),
      ...files.map(({ url, name }) => [url, name === 'audio' ? /^audio\/mp4(;|$)/ : /^video\/mp4(;|$)/]),
      [stream.progressive, /^video\/mp4(;|$)/],
    ];
    for (const [url, type] of kinds) {
      const whole = await get(url, { Origin: 'https://app.example' });
      assert.match(whole.type, type, url);
      assert.ok(['*', 'https://app.example'].includes(whole.headers.get('access-control-allow-origin')), url);
      assert.equal(whole.headers.get('x-content-type-options'), 'nosniff', url);
      const etag = whole.headers.get('etag');
      assert.match(etag ?? '', /^(W\/)?"[^"]+"$/, url);
      const same = await ask(url, { 'If-None-Match': etag });
      assert.deepEqual([same.status, same.bytes.length], [304, 0], url);
      assert.equal((await ask(url, { 'If-None-Match': '"other"' })).status, 200, url);
      const head = await ask(url, {}, { method: 'HEAD' });
      assert.deepEqual([head.status, head.bytes.length], [200, 0], url);
      for (const name of ['content-type', 'etag', 'cache-control']) assert.equal(head.headers.get(name), whole.headers.get(name), `${name} of ${url}`);
      assert.equal(Number(head.headers.get('content-length')), whole.bytes.length, url);
      const preflight = await ask(url, { Origin: 'https://app.example', 'Access-Control-Request-Method': 'GET', 'Access-Control-Request-Headers': 'range' }, { method: 'OPTIONS' });
      assert.ok([200, 204].includes(preflight.status), `${preflight.status} for OPTIONS ${url}`);
      if (!/mp4/.test(whole.type)) continue;
      assert.equal(whole.headers.get('accept-ranges'), 'bytes', url);
      assert.equal((await ask(url, { Range: `bytes=${whole.bytes.length}-` })).status, 416, url);
      assert.equal((await ask(url, { Range: 'bytes=0-9', 'If-Range': '"other"' })).status, 200, url);
    }
  });

  it('a list of qualities names what there is, and what is missing is left out', { skip: onReference }, async () => {
    const base = stream.hls.replace(/\/,[^/]*,\//, '/,QUALITIES,/');
    const heights = async (qualities) => (await master(base.replace('QUALITIES', qualities))).variants.map(({ RESOLUTION }) => Number(RESOLUTION.split('x')[1])).sort((a, b) => a - b);
    assert.deepEqual(await heights('360p'), [360]);
    assert.deepEqual(await heights('2160p,360p,720p'), [360, 720]);
    for (const none of ['2160p', '1080p,2160p', '']) assert.equal((await ask(base.replace('QUALITIES', none))).status, 404, none);
  });
});

const playlistOf = async (url) => (await playlist(url)).segments.map((one) => one.url);
