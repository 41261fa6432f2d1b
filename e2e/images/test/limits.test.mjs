// How much work images may be: queued, refused with when to come again, and never the cost of what is there already.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { metric, shown, startLibrary } from '../support/library.mjs';

const start = async (t, names, ...args) => {
  const library = await startLibrary(names, { args: ['--rate-limit', '100000:100000', ...args] });
  t.after(() => library.stop());
  return library;
};
const refused = (reply, status) => {
  assert.equal(reply.status, status, reply.bytes.subarray(0, 200).toString());
  assert.ok(Number(reply.headers.get('retry-after')) >= 1, 'when to come again');
  assert.doesNotMatch(reply.headers.get('cache-control') ?? '', /immutable|max-age=[1-9]\d/);
};

describe('limits of images', () => {
  it('new forms of one file in a minute: the others are not its concern, and what is there is served', async (t) => {
    const library = await start(t, ['small.jpg', 'tall.jpeg'], '--images-per-minute', '10');
    const replies = [];
    for (let w = 100; w < 120; w += 1) replies.push(await library.get(`small.jpg/v1/fill/w_${w},h_50/a.jpg`));
    const good = replies.filter(({ status }) => status === 200).length;
    // Some come back while the test asks, as the minute goes on.
    assert.ok(good >= 10 && good < 15, `${good}`);
    refused(replies.at(-1), 429);
    assert.equal((await shown(library.get('small.jpg/v1/fill/w_100,h_50/a.jpg'))).headers.get('x-cache'), 'hit');
    await shown(library.get('tall.jpeg/v1/fill/w_100,h_50/a.jpg'));
    assert.equal((await library.get('small.jpg')).status, 200, 'the original is served');
    assert.equal((await library.get('small.jpg/v1/fill/w_0,h_50/a.jpg')).status, 400, 'what is wrong is still wrong');
  });

  it('requests at a time: what is more than the queue holds is told when to come again', async (t) => {
    const library = await start(t, ['large.jpg'], '--images-queue', '2', '--images-per-minute', 'off');
    const replies = await Promise.all(Array.from({ length: 16 }, (_, i) => library.get(`large.jpg/v1/fill/w_${1200 + i},h_900/a.webp`)));
    const good = replies.filter(({ status }) => status === 200);
    const bad = replies.filter(({ status }) => status !== 200);
    assert.ok(good.length >= 2, `${good.length}`);
    assert.ok(bad.length >= 1, 'sixteen are more than two');
    for (const reply of bad) refused(reply, 503);
    // The same image for all of them is one entry of the queue.
    const same = await Promise.all(Array.from({ length: 16 }, () => library.get('large.jpg/v1/fill/w_1300,h_900/a.webp')));
    assert.deepEqual([...new Set(same.map(({ status }) => status))], [200]);
    await shown(library.get('large.jpg/v1/fill/w_1301,h_901/a.jpg'));
  });

  it('disk: the cache stays below its budget, and what was thrown out is made anew', async (t) => {
    const library = await start(t, ['photo.jpg'], '--images-cache', '2MB', '--images-per-minute', 'off');
    const first = await shown(library.get('photo.jpg/v1/fill/w_1000,h_500/a.png'));
    for (let w = 1001; w < 1012; w += 1) await shown(library.get(`photo.jpg/v1/fill/w_${w},h_500/a.png`));
    const made = await metric(library.server, 'media_manager_image_renders_total');
    const again = await shown(library.get('photo.jpg/v1/fill/w_1000,h_500/a.png'));
    assert.deepEqual(again.bytes, first.bytes);
    assert.equal(again.headers.get('x-cache'), 'miss');
    assert.equal(await metric(library.server, 'media_manager_image_renders_total'), made + 1);
  });

  it('no cache at all is possible', async (t) => {
    const library = await start(t, ['small.jpg'], '--images-cache', '0');
    for (let i = 0; i < 2; i += 1) {
      assert.equal((await shown(library.get('small.jpg/v1/fill/w_100,h_50/a.jpg'))).headers.get('x-cache'), 'miss');
    }
  });
});
