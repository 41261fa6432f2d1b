// What a viewer expects of any player with the counted clip, by the numbers in its frames.
import assert from 'node:assert/strict';
import { FPS, cues } from './clips.mjs';

/** The picture that was shown is the one of its time. */
export function right({ frame, time, now }, about) {
  assert.notEqual(frame, null, `a picture with a counter is shown ${about}`);
  // While a busy machine plays, what is painted may be of a moment after the one that was announced. A time in a container is rounded.
  const latest = Math.max(time, now);
  assert.ok(frame >= time * FPS - 1.01 && frame <= latest * FPS + 1.01, `frame ${frame} was shown for ${time} s (at ${now}) ${about}`);
}

const types = { m3u8: 'application/x-mpegurl', mpd: 'application/dash+xml', mp4: 'video/mp4' };

/** Opens `url` in a player and looks at all of it. `heights` are those that it must offer; `captions` a language that it must show. */
export async function watches(browser, player, url, { heights, captions, seconds = 12 } = {}) {
  assert.notEqual(new URL(url).origin, browser.origin, 'the media are on another origin than the page');
  const page = await browser.open(player);
  try {
    const opened = await page.call('open', player, url, types[new URL(url).pathname.split('.').pop()]);
    assert.ok(Math.abs(opened.duration - seconds) < 0.2, `${opened.duration} s`);
    if (heights) assert.deepEqual(opened.heights, [...heights].sort((a, b) => a - b));
    // Before all is loaded: Shaka Player 5.2 shows no captions of HLS that are first turned on after that.
    if (captions) await page.call('captions', captions);

    const begun = await page.call('playTo', 2);
    right(begun.shown, 'while it plays');
    assert.ok(begun.frames > 10, `${begun.frames} frames were decoded`);
    assert.ok((heights ?? [720]).includes(begun.height), `${begun.width}x${begun.height}`);
    assert.ok(Math.abs(begun.width - (begun.height * 16) / 9) < 2, `${begun.width}x${begun.height}`);
    assert.ok(await page.call('soundBytes') > 1000, 'the sound is decoded too');

    for (const to of [9, 1, 5.5]) {
      const { time, shown } = await page.call('seek', to);
      assert.ok(Math.abs(time - to) < 0.05, `${time} instead of ${to}`);
      // Between two frames either may be shown.
      assert.ok(shown.frame !== null && Math.abs(shown.frame - to * FPS) <= 1.5, `frame ${shown.frame} is shown at ${to} s`);
    }
    if (heights?.length > 1) {
      const [lowest, highest] = [Math.min(...heights), Math.max(...heights)];
      for (const height of [lowest, highest, ...(opened.returns ? [lowest] : [])]) {
        await page.call('seek', 1);
        const now = await page.call('choose', height);
        assert.equal(now.height, height);
        right(now.shown, `in ${height}p`);
      }
    }
    if (captions) {
      for (const { from, to, text } of cues) assert.deepEqual(await page.call('wordsAt', (from + to) / 2), [text]);
    }
    const ended = await page.call('playTo', seconds - 0.3);
    right(ended.shown, 'near the end');
    await quiet(page);
    return page.replies;
  } finally {
    await page.close();
  }
}

/** Nothing was refused, and nobody complained. */
export async function quiet(page) {
  assert.ok(page.replies.length > 0, 'something was asked for');
  assert.deepEqual(page.replies.filter(({ status }) => status >= 400).map(({ url, status }) => `${status} ${url}`), []);
  assert.deepEqual(await page.errors(), []);
  assert.deepEqual(page.complaints, []);
}
