// The tests are tested: on a stream that ffmpeg made nothing is wrong, and on a spoilt one something is.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startBrowser } from '../support/browser.mjs';
import { FPS } from '../support/clips.mjs';
import { packets, span } from '../support/ffmpeg.mjs';
import { startReference } from '../support/reference.mjs';
import { aligned, keys, master, segments } from '../support/stream.mjs';
import { watches } from '../support/watching.mjs';

describe('the tests of players', () => {
  let browser;
  before(async () => { browser = await startBrowser(); });
  after(() => browser?.stop());

  const withReference = async (spoil, look) => {
    const reference = await startReference({ spoil });
    try {
      return await look(reference);
    } finally {
      await reference.stop();
    }
  };

  it('have a Chromium that can play what is served', async () => {
    const page = await browser.open('plain');
    for (const type of ['video/mp4; codecs="avc1.64001f"', 'audio/mp4; codecs="mp4a.40.2"']) {
      assert.ok(await page.tab.evaluate((one) => MediaSource.isTypeSupported(one), type), type);
    }
    await page.close();
  });

  it('find nothing wrong with a good stream', () => withReference(undefined, async (reference) => {
    await watches(browser, 'shaka', reference.dash, { heights: reference.heights, captions: 'en' });
    for (const { url } of (await master(reference.hls)).variants) await segments(url);
    aligned(await Promise.all(reference.qualities.map((quality) => keys(join(reference.dir, `${quality}.mp4`)))), 1 / FPS);
  }));

  it('find key frames that are not aligned', () => withReference('keys', async ({ dir, qualities }) => {
    const lists = await Promise.all(qualities.map((quality) => keys(join(dir, `${quality}.mp4`))));
    assert.throws(() => aligned(lists, 1 / FPS), /beside/);
  }));

  it('find sound that is late', () => withReference('sound', async ({ dir }) => {
    const late = span(await packets(join(dir, 'whole.mp4'), 'a')).start - span(await packets(join(dir, 'whole.mp4'), 'v')).start;
    assert.ok(late > 0.06, `${late} s`);
  }));

  it('find ranges that are wrong', () => withReference('ranges', async ({ hls }) => {
    const [{ url }] = (await master(hls)).variants;
    await assert.rejects(segments(url), /whole box|no byte/);
  }));

  it('find media that another origin may not read', () => withReference('cors', async ({ hls, progressive }) => {
    await assert.rejects(watches(browser, 'hls', hls), /manifestLoadError/);
    await assert.rejects(watches(browser, 'plain', progressive), /NaN|null s/);
  }));
});
