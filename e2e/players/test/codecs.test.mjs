// A second codec beside H.264: the same sizes in fewer bytes, for whatever plays it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startBrowser } from '../support/browser.mjs';
import { decodes, probe } from '../support/ffmpeg.mjs';
import { renditions, startLibrary } from '../support/library.mjs';
import { aligned, get, keys, master, mpd, segments } from '../support/stream.mjs';
import { watches } from '../support/watching.mjs';

const QUALITIES = ['360p', '240p', '144p'];
const names = { av1: /^av01\.0\.\d\d[MH]\.08/, vp9: /^vp09\.00\.\d\d\.08/ };

const players = { av1: [['hls', 'HLS'], ['shaka', 'DASH'], ['dashjs', 'DASH']], vp9: [['shaka', 'HLS']] };

for (const codec of ['av1', 'vp9']) {
  describe(`with ${codec} as second codec`, () => {
    let browser;
    let library;
    let file;
    before(async () => {
      browser = await startBrowser();
      library = await startLibrary({ env: { MEDIA_MANAGER_VIDEO_SECOND_CODEC: codec } });
      file = await library.addClip('counted-small.mp4');
      assert.equal(file.operationStatus, 'READY', JSON.stringify(file.failure));
    });
    after(async () => {
      await browser?.stop();
      await library?.stop();
    });
    const of = (which) => renditions(file).filter((one) => one.codec === which);

    it('a video has every quality twice, those that play everywhere first', () => {
      const found = file.media.video.resolutions.filter(({ format }) => format === 'mp4').map(({ quality, codec: is }) => [quality, is]);
      assert.deepEqual(found, ['h264', codec].flatMap((one) => QUALITIES.map((quality) => [quality, one])));
    });

    it('each is a whole video of that codec, with its sound and with key frames where those of H.264 are', async () => {
      const begins = await keys(of('h264')[0].url);
      for (const one of of(codec)) {
        assert.equal(one.assetKey, `${one.quality}.${codec}.mp4`);
        const { video, audio, format } = await probe(one.url);
        assert.deepEqual([video.codec_name, video.width, video.height, audio.codec_name], [codec, one.width, one.height, 'aac']);
        assert.ok(Math.abs(format.duration - 12) < 0.1, `${format.duration} s`);
        await decodes(one.url);
        const { bytes } = await get(one.url);
        assert.equal(bytes.length, Number(one.sizeInBytes));
        aligned([await keys(one.url), begins], 0.04);
        const { downloadUrls: [{ url }] } = await library.client.files.generateFileDownloadUrl(file.id, { assetKeys: [one.assetKey] });
        assert.ok((await get(url)).bytes.equals(bytes), 'the same by its link');
      }
    });

    it('the lists of a stream have both, told apart by their codecs', async () => {
      const { variants } = await master(await library.stream(file.id, 'HLS'));
      assert.deepEqual(variants.map(({ uri }) => uri), [...QUALITIES, ...QUALITIES.map((quality) => `${quality}.${codec}`)].map((name) => `${name}.m3u8`));
      for (const { CODECS, url } of variants.slice(QUALITIES.length)) {
        assert.match(CODECS, names[codec]);
        await segments(url);
      }
      const { text, representations } = await mpd(await library.stream(file.id, 'DASH'));
      const [first, second] = [...text.matchAll(/<AdaptationSet[^>]*contentType="video"[^>]*selectionPriority="(\d)"/g)].map(([, priority]) => priority);
      assert.deepEqual([first, second], ['1', '2']);
      assert.equal(representations.filter(({ of: value }) => names[codec].test(value('codecs'))).length, QUALITIES.length);
    });

    // hls.js offers both of each quality, the others choose a codec first: the one of fewer bytes.
    const offers = QUALITIES.map((quality) => parseInt(quality, 10));
    for (const [player, how] of players[codec]) {
      it(`${player} plays ${how}`, async () => {
        const both = player === 'hls';
        const replies = await watches(browser, player, await library.stream(file.id, how), { heights: both ? [...offers, ...offers] : offers });
        assert.ok(both || replies.some(({ url }) => url.includes(`.${codec}.mp4`)), 'it takes what is smaller');
      });
    }
  });
}
