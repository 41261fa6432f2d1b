// Published players in Chromium, with what the server makes of a clip whose frames are numbered.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startBrowser } from '../support/browser.mjs';
import { onReference, startCounted } from '../support/library.mjs';
import { watches } from '../support/watching.mjs';

describe('players', () => {
  let browser;
  let stream;
  before(async () => {
    browser = await startBrowser();
    stream = await startCounted();
  });
  after(async () => {
    await browser?.stop();
    await stream?.stop();
  });

  it('are offered the whole ladder of a 720p clip', { skip: onReference }, () => {
    assert.deepEqual(stream.heights, [144, 240, 360, 480, 720]);
  });

  it('are given captions', () => {
    assert.equal(stream.captions, 'en');
  });

  const title = { hls: 'HLS', dash: 'DASH' };
  for (const [player, how, name] of [
    ['hls', 'hls', 'hls.js'], ['shaka', 'hls', 'Shaka Player'], ['shaka', 'dash', 'Shaka Player'], ['dashjs', 'dash', 'dash.js'], ['videojs', 'hls', 'video.js'],
  ]) {
    it(`${name} plays ${title[how]} from another origin, seeks, changes its quality and shows captions`, async () => {
      const replies = await watches(browser, player, stream[how], { heights: stream.heights, captions: stream.captions === 'en' && 'en' });
      assert.ok(replies.some(({ url, status }) => url.includes('/audio.mp4') && status === 206), 'segments are ranges of files');
    });
  }

  it('a video element plays the MP4 of a quality from another origin, and seeks', async () => {
    const replies = await watches(browser, 'plain', stream.progressive);
    // To seek, Chromium asks for what it has not got.
    assert.ok(replies.every(({ status }) => status === 206), JSON.stringify(replies.map(({ status }) => status)));
  });

  it('a video element plays the original', { skip: onReference }, async () => {
    await watches(browser, 'plain', stream.file.media.video.url);
  });
});
