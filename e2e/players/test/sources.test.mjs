// Videos as they come: every container of the corpus, and awkward ones that ffmpeg made.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import sharp from 'sharp';
import { put, refusal } from '../../sdk/support/client.mjs';
import { folder as corpus } from '../../sdk/support/corpus.mjs';
import { startSource } from '../../sdk/support/source.mjs';
import { beginning, bytesOf, clip, typeOf } from '../support/clips.mjs';
import { concatScript, dashManifest, disguised, elsewhere, riff } from '../support/decoys.mjs';
import { decodes, ffprobe, packets, probe, span } from '../support/ffmpeg.mjs';
import { renditions, startLibrary } from '../support/library.mjs';
import { get } from '../support/stream.mjs';

const RUNGS = [144, 240, 360, 480, 720, 1080];
/** The qualities that are offered of a source whose picture is shown with this short side. */
const rungs = (short) => {
  const found = RUNGS.filter((rung) => short >= rung * 0.9);
  return found.length ? found : null;
};

/**
 * Every video of the corpus is the same minute, of which these are sent whole, and of the others the beginning, without WHOLE=1. The
 * picture is 176x144 where nothing else is said.
 */
const whole = (extension) => process.env.WHOLE || ['mp4', 'ogv'].includes(extension);
const REAL = ['mp4', 'm4v', 'f4v', 'mov', 'mkv', 'avi', 'webm', 'ogv', 'wmv', 'asf', '3gp', '3g2', 'flv', 'mpg', 'mpeg', 'm1v', 'vob'];
const pathOf = async (extension) => {
  const path = join(corpus, `iscc-samples/video/demo.${extension}`);
  return whole(extension) ? path : beginning(path);
};
const SIZES = { '3gp': [352, 288], '3g2': [352, 288] };

const MADE = {
  'rotated.mp4': { what: 'turned by a quarter', size: [360, 640] },
  'vfr.mkv': { what: 'of a variable frame rate', size: [320, 240], seconds: 6 },
  '50fps.mp4': { what: 'of 50 frames a second', size: [320, 240], rate: 50 },
  '5994fps.mp4': { what: 'of 59.94 frames a second', size: [320, 240], rate: 60000 / 1001 },
  'surround.mp4': { what: 'with sound on six channels', size: [320, 240] },
  'silent.mp4': { what: 'without sound', size: [320, 240], sound: false },
  'portrait.mp4': { what: 'that is upright', size: [360, 640] },
  'odd.mp4': { what: 'of an odd size', size: [321, 243] },
  'anamorphic.mp4': { what: 'whose pixels are no squares', size: [768, 576] },
  'interlaced.mpg': { what: 'that is interlaced', size: [720, 576] },
  'hdr.mp4': { what: 'of a high dynamic range', size: [640, 360] },
  'late.mkv': { what: 'whose picture comes after its sound', size: [320, 240] },
  'moov-last.mp4': { what: 'whose description comes last', size: [320, 240] },
  'one-frame.mp4': { what: 'of one frame', size: [320, 240], seconds: 0.04, sound: false },
};

/** When all tracks of a source are over, counted from when the first begins. */
async function secondsOf(path) {
  if (path.endsWith('.m1v')) {
    // A bare stream of pictures has no times: they are counted.
    const { streams: [{ nb_read_packets: pictures }] } = await ffprobe(path, '-count_packets', '-show_entries', 'stream=nb_read_packets');
    return Number(pictures) / 24;
  }
  const { video, audio } = await probe(path);
  const spans = await Promise.all([video && 'v', audio && 'a'].filter(Boolean).map(async (kind) => span(await packets(path, kind))));
  return Math.max(...spans.map(({ end }) => end)) - Math.min(...spans.map(({ start }) => start));
}

/** The best rendition is whole, plays from its begin to its end, and is of what players take. */
async function sound(file, { size: [width, height], seconds, audible, rate }) {
  const { video: facts } = file.media;
  // Of the whole Theora of the corpus, FFmpeg decodes a few pictures behind the end.
  assert.ok(Math.abs(facts.duration - seconds) < (facts.codec === 'theora' ? 0.3 : 0.2), `${facts.duration} s of ${seconds}`);
  const short = Math.min(width, height);
  const found = renditions(file);
  const offered = rungs(short);
  if (offered) assert.deepEqual(found.map(({ quality }) => quality), offered.map((rung) => `${rung}p`));
  else assert.equal(found.length, 1, 'a tiny one has one rendition');
  for (const one of found) {
    assert.ok(one.width % 2 === 0 && one.height % 2 === 0, `${one.width}x${one.height} is even`);
    assert.ok(one.width <= width && one.height <= height, `${one.width}x${one.height} of ${width}x${height}`);
    // A size is rounded to an even one.
    const shape = one.width / one.height / (width / height);
    assert.ok(Math.abs(shape - 1) < 3 / Math.min(one.width, one.height), `${one.width}x${one.height} is no longer ${width}x${height}`);
    if (offered) assert.ok(Math.min(one.width, one.height) <= parseInt(one.quality, 10));
  }
  const best = found.at(-1);
  await decodes(best.url);
  const { video, audio, format } = await probe(best.url);
  assert.deepEqual([video.codec_name, video.pix_fmt, video.width, video.height], ['h264', 'yuv420p', best.width, best.height]);
  assert.ok(['1:1', undefined].includes(video.sample_aspect_ratio), `pixels of ${video.sample_aspect_ratio}`);
  assert.ok(['progressive', 'unknown', undefined].includes(video.field_order), video.field_order);
  assert.ok(!['smpte2084', 'arib-std-b67'].includes(video.color_transfer), 'it is for a screen of a standard range');
  assert.ok(!video.side_data_list?.some(({ rotation }) => rotation), 'it is turned already');
  const [up, down] = video.avg_frame_rate.split('/').map(Number);
  if (rate) assert.ok(Math.abs(up / down - rate) < 0.1 || Math.abs(up / down - rate / 2) < 0.1, `${up / down} of ${rate} frames a second`);
  assert.ok(Math.abs(Number(format.duration) - seconds) < 0.3, `${format.duration} s of ${seconds}`);
  assert.equal(Boolean(audio), audible, 'there is sound where there was');
  if (!audio) return;
  assert.deepEqual([audio.codec_name, audio.channels <= 2], ['aac', true]);
  const [picture, heard] = [span(await packets(best.url, 'v')), span(await packets(best.url, 'a'))];
  assert.ok(Math.abs(picture.start - heard.start) <= 0.06, `the picture begins at ${picture.start}, the sound at ${heard.start}`);
  assert.ok(Math.abs(picture.end - heard.end) <= 0.3, `the picture ends at ${picture.end}, the sound at ${heard.end}`);
}

describe('sources of video', () => {
  let library;
  const begun = new Map();
  before(async () => {
    library = await startLibrary();
    // All of them are sent before the first is looked at, so that the server never waits.
    for (const extension of REAL) {
      begun.set(extension, pathOf(extension).then(async (path) => library.add(`demo.${extension}`, await readFile(path))));
    }
    for (const name of Object.keys(MADE)) begun.set(name, library.addClip(name));
    for (const promise of begun.values()) promise.catch(() => {}); // Its own test says so.
  });
  after(() => library?.stop());

  const ready = async (name) => {
    const file = await begun.get(name);
    assert.equal(file.operationStatus, 'READY', JSON.stringify(file.failure));
    return file;
  };

  for (const extension of REAL) {
    it(`takes ${extension.toUpperCase()}`, async () => {
      await sound(await ready(extension), { size: SIZES[extension] ?? [176, 144], seconds: await secondsOf(await pathOf(extension)), audible: extension !== 'm1v' });
    });
  }

  for (const [name, { what, size, rate, seconds, sound: audible = true }] of Object.entries(MADE)) {
    it(`takes a video ${what}`, async () => {
      await sound(await ready(name), { size, rate, seconds: seconds ?? await secondsOf(await clip(name)), audible });
    });
  }

  it('makes a storyboard and a preview of a single frame, too', async () => {
    const file = await library.adorned((await ready('one-frame.mp4')).id);
    const { columns, rows, count } = file.media.video.storyboard;
    assert.deepEqual([columns, rows, count], [1, 1, 1]);
    const { pages, width } = await sharp((await get(file.media.video.previewUrl)).bytes, { animated: true }).metadata();
    assert.deepEqual([pages ?? 1, width], [1, 320]);
  });

  it('mixes six channels so that both ears hear them', async () => {
    const file = await ready('surround.mp4');
    const { audio } = await probe(renditions(file).at(-1).url);
    assert.equal(audio.channels, 2);
  });

  it('shows what there is of a video that was cut off, or says why not', async () => {
    const file = await library.addClip('truncated.mp4');
    if (file.operationStatus === 'FAILED') return assert.equal(file.failure.code, 'UNREADABLE_FILE');
    const best = renditions(file).at(-1);
    await decodes(best.url);
    const { format } = await probe(best.url);
    assert.ok(Number(format.duration) > 1 && Number(format.duration) < 4.2, `${format.duration} s`);
    return assert.ok(Math.abs(file.media.video.duration - Number(format.duration)) < 0.2, `${file.media.video.duration} s are promised, ${format.duration} s are there`);
  });

  it('says that one without a description is damaged', async () => {
    const file = await library.addClip('headless.mp4');
    assert.deepEqual([file.operationStatus, file.failure?.code], ['FAILED', 'UNREADABLE_FILE']);
    assert.deepEqual(file.media?.video?.resolutions ?? [], []);
    assert.equal((await refusal(() => library.stream(file.id))).rule ?? (await refusal(() => library.stream(file.id))).code, 'FILE_HAS_NO_STREAM');
  });

  it('leaves alone what is of no codec that people use', async () => {
    const file = await library.addClip('snow.avi');
    assert.deepEqual([file.operationStatus, file.failure?.code], ['FAILED', 'UNREADABLE_FILE'], file.media?.video?.original?.codec);
  });

  it('refuses an empty one', async () => {
    const reply = await put(library.client, Buffer.alloc(0), 'video/mp4', { fileName: 'empty.mp4' });
    assert.equal(reply.status, 400);
    assert.equal((await reply.json()).details.validationError.fieldViolations[0].ruleName, 'ZERO_FILE_SIZE');
  });

  describe('that lead elsewhere', () => {
    let trap;
    before(async () => {
      trap = await startSource();
      for (const path of ['/segment.ts', '/part.mp4', '/a.mp4', '/media.mp4']) trap.gives(path, await bytesOf('small.mp4'));
    });
    after(() => trap?.stop());

    /** Sends it, whatever becomes of it; nobody may have been asked for anything, and nothing of the machine may be shown. */
    const harmless = async (name, bytes, { may = ['refused', 'FAILED'], type } = {}) => {
      const reply = await put(library.client, bytes, type ?? typeOf(name), { fileName: name });
      const body = await reply.json();
      let became = 'refused';
      if (reply.status === 200) {
        const file = await library.done(body.file.id);
        became = file.operationStatus;
        for (const { url } of became === 'READY' ? renditions(file) : []) await decodes(url);
        assert.doesNotMatch(JSON.stringify(file), /root:/);
        if (became === 'FAILED') assert.ok(file.failure.description.length > 10);
      } else assert.equal(reply.status, 400, JSON.stringify(body));
      assert.equal(trap.connections(), 0, `${name} made the server connect`);
      assert.ok(may.includes(became), `${name} was ${became}`);
    };

    it('are not followed: a playlist that is called a video', async () => {
      await harmless('playlist.avi', disguised(trap.port));
      await harmless('playlist.mp4', disguised(trap.port));
      await harmless('playlist.mkv', Buffer.concat([Buffer.from('\n\n'), disguised(trap.port)]));
      await harmless('riff.avi', riff(trap.port));
    });

    it('are not followed: a list of files that is called a video', async () => {
      await harmless('concat.mp4', concatScript(trap.port));
      await harmless('manifest.mp4', dashManifest(trap.port));
    });

    it('are not followed: a film whose media are said to be elsewhere', async () => {
      const bytes = await bytesOf('moov-last.mp4');
      const may = ['refused', 'FAILED', 'READY'];
      await harmless('url.mov', elsewhere(bytes, `http://127.0.0.1:${trap.port}/media.mp4`), { may, type: 'video/quicktime' });
      await harmless('file.mov', elsewhere(bytes, 'file:///etc/passwd'), { may, type: 'video/quicktime' });
    });
  });
});
