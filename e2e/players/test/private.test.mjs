// A private video is seen by whoever has the address of its stream, and that address opens nothing else.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startBrowser } from '../support/browser.mjs';
import { renditions, startLibrary } from '../support/library.mjs';
import { ask, get, master, playlist } from '../support/stream.mjs';
import { watches } from '../support/watching.mjs';

describe('private streams', () => {
  let browser;
  let library;
  let secret;
  let other;
  let open;
  let hls;
  let dash;
  let captions;
  before(async () => {
    browser = await startBrowser();
    library = await startLibrary();
    [secret, other, open] = await Promise.all([
      library.addClip('counted.mp4', { private: true }), library.addClip('small.mp4', { private: true }), library.addClip('other.mp4'),
    ]);
    for (const file of [secret, other, open]) assert.equal(file.operationStatus, 'READY', JSON.stringify(file.failure));
    captions = await library.captioned(secret.id);
    secret = await library.adorned(secret.id);
    hls = await library.stream(secret.id);
    dash = await library.stream(secret.id, 'DASH');
  });
  after(async () => {
    await browser?.stop();
    await library?.stop();
  });

  const tokenOf = (url) => /\/s\/([^/]+)\//.exec(url)[1];
  /** All that lies beside a master: lists, media, captions and the pictures of the storyboard. */
  const parts = (url) => {
    const names = renditions(secret).flatMap(({ quality }) => [`${quality}.m3u8`, `${quality}.mp4`]);
    return ['master.m3u8', 'manifest.mpd', ...names, 'audio.m3u8', 'audio.mp4', ...(captions === 'en' ? ['captions.en.m3u8', 'captions.en.vtt'] : []), 'storyboard.jpg'].map((name) => new URL(name, url).href);
  };
  /** No byte of it is given away. */
  const shut = async (url, statuses = [403]) => {
    for (const init of [{}, { method: 'HEAD' }]) {
      const { status, type, bytes, headers } = await ask(url, {}, init);
      assert.ok(statuses.includes(status), `${status} for ${init.method ?? 'GET'} ${url}`);
      assert.doesNotMatch(headers.get('cache-control') ?? '', /public|immutable/, url);
      if (bytes.length) assert.doesNotMatch(type, /^(video|audio|image|text\/vtt|application\/(vnd\.apple|dash))/, url);
    }
    const part = await ask(url, { Range: 'bytes=0-99' });
    assert.ok(statuses.includes(part.status), `${part.status} for a range of ${url}`);
  };

  it('are in no descriptor', () => {
    assert.equal(secret.media.video.url, '');
    for (const { url } of [...secret.media.video.resolutions, ...secret.media.video.posters]) assert.equal(url, '');
    assert.doesNotMatch(JSON.stringify(secret.media.video), /https?:/);
    assert.ok(secret.media.video.resolutions.length > 2, 'what there is is still said');
  });

  it('are given captions as public ones are', () => {
    assert.equal(captions, 'en');
  });

  it('play in hls.js by their signed address, and nothing is fetched without it', async () => {
    assert.match(hls, new RegExp(`/video/${secret.id}/s/[^/]+/,[^/]*,/mp4/file\\.mp4\\.urlset/master\\.m3u8$`));
    const replies = await watches(browser, 'hls', hls, { heights: renditions(secret).map(({ height }) => height), captions: captions === 'en' && 'en' });
    for (const { url, headers } of replies) {
      assert.ok(url.includes(`/s/${tokenOf(hls)}/`), url);
      assert.doesNotMatch(headers['cache-control'] ?? '', /public/, url);
    }
  });

  it('play in Shaka Player by DASH, and nothing is fetched without the address either', async () => {
    const replies = await watches(browser, 'shaka', dash, { heights: renditions(secret).map(({ height }) => height), captions: captions === 'en' && 'en' });
    for (const { url } of replies) assert.ok(url.includes(`/s/${tokenOf(dash)}/`), url);
  });

  it('have all their parts behind the address', async () => {
    for (const url of parts(hls)) await get(url);
  });

  it('are shut without a token', async () => {
    const bare = hls.replace(`/s/${tokenOf(hls)}`, '');
    assert.notEqual(bare, hls);
    for (const url of parts(bare)) await shut(url);
    for (const { quality } of renditions(secret)) await shut(`${library.server.url}/video/${secret.id}/${quality}/mp4/file.mp4`);
    await shut(`${library.server.url}/video/${secret.id}/file`);
    for (const n of [0, 1]) await shut(`${library.server.url}/media/${secret.id}f00${n}.jpg`);
    await shut(`${library.server.url}/media/${secret.id}f001.jpg/v1/fill/w_80,h_60/x.webp`);
  });

  it('are shut to a token that was changed in any place', async () => {
    const token = tokenOf(hls);
    for (const at of [1, Math.floor(token.length / 3), Math.floor(token.length / 2), token.length - 6]) {
      const sign = token[at];
      const changed = token.slice(0, at) + (sign === 'A' ? 'B' : 'A') + token.slice(at + 1);
      for (const url of parts(hls.replace(token, changed))) await shut(url, [400, 401, 403]);
    }
    for (const bad of ['x', token.slice(0, -4), `${token}A`]) {
      for (const url of parts(hls.replace(token, bad))) await shut(url, [400, 401, 403]);
    }
  });

  it('are shut to the token of another file, private or not', async () => {
    const theirs = tokenOf(await library.stream(other.id));
    for (const url of parts(hls.replace(tokenOf(hls), theirs))) await shut(url);
    const mine = hls.replace(secret.id, other.id);
    for (const url of [mine, new URL('144p.mp4', mine).href]) await shut(url);
  });

  it('are shut to the token of a download', async () => {
    const { downloadUrls: [{ url }] } = await library.client.files.generateFileDownloadUrl(secret.id);
    const token = new URL(url).searchParams.get('token');
    for (const part of parts(hls.replace(tokenOf(hls), token))) await shut(part, [400, 401, 403]);
  });

  it('have a token that opens nothing else', async () => {
    const token = tokenOf(hls);
    const { url: origin } = library.server;
    const { downloadUrls: [{ url: download }] } = await library.client.files.generateFileDownloadUrl(secret.id);
    const changed = new URL(download);
    changed.searchParams.set('token', token);
    const refused = [400, 401, 403, 404];
    await shut(changed.href, refused);
    for (const path of [`video/${secret.id}/file?token=${token}`, `video/${secret.id}/s/${token}/file`, `video/${secret.id}/720p/mp4/file.mp4?token=${token}`,
      `media/${secret.id}f001.jpg?token=${token}`, `media/s/${token}/${secret.id}f001.jpg`, `video/${secret.id}/s/${token}/../../file`]) {
      await shut(`${origin}/${path}`, refused);
    }
    const { status } = await ask(`${origin}/site-media/v1/files/get-file-by-id?fileId=${secret.id}`, { Authorization: token });
    assert.ok([401, 403].includes(status), `${status}`);
  });

  it('open a list of qualities that was changed to nothing that the file has not', async () => {
    const less = hls.replace(/\/,[^/]*,\//, '/,144p,/');
    const reply = await ask(less);
    // Whether the list is signed too is up to the server; it is the same file in any case.
    if (reply.status === 200) assert.deepEqual((await master(less)).variants.map(({ uri }) => uri), ['144p.m3u8']);
    else assert.equal(reply.status, 403);
  });

  it('leave public ones as they are', async () => {
    const url = await library.stream(open.id);
    assert.doesNotMatch(url, /\/s\//);
    const [{ url: list }] = (await master(url)).variants;
    const { init } = await playlist(list);
    assert.match((await get(init.url)).headers.get('cache-control') ?? '', /public/);
  });
});
