// Images that not everybody may see, and links to exactly one form of them.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ask, call, shown, startLibrary } from '../support/library.mjs';
import { pixels, ssim } from '../support/likeness.mjs';
import { picture } from '../support/pictures.mjs';
import { parse, reference } from '../support/transformation.mjs';

const PATH = '/site-media/v1/files/generate-private-image-url';

describe('private images', () => {
  let library;
  before(async () => {
    library = await startLibrary(['photo.jpg']);
    const { bytes } = await picture('tall.jpeg');
    await library.add('secret.jpg', bytes, 'image/jpeg', { private: true });
  });
  after(() => library.stop());

  const link = async (name, transformation) => {
    const { status, body } = await call(library.server, PATH, { fileId: library.file(name).id, transformation });
    assert.equal(status, 200, JSON.stringify(body));
    return body.url;
  };

  it('are refused, whatever is asked of them', async () => {
    for (const path of ['fill/w_50,h_50/a.jpg', 'fit/w_924,h_520,enc_auto/leon.jpg', 'fill/w_0,h_0/a.jpg', 'nonsense']) {
      const { status, bytes, headers } = await library.get(`secret.jpg/v1/${path}`);
      assert.equal(status, 403, path);
      assert.doesNotMatch(headers.get('cache-control') ?? '', /immutable/);
      assert.ok(!headers.get('content-type').startsWith('image/'), bytes.subarray(0, 100).toString());
    }
    const { status } = await library.get('secret.jpg/v1/fill/w_50,h_50/a.jpg', { 'If-None-Match': '*' });
    assert.equal(status, 403);
  });

  for (const [name, kind] of [['secret.jpg', 'private'], ['photo.jpg', 'public']]) {
    it(`generatePrivateImageUrl shows that form of a ${kind} file to whoever has the link`, async () => {
      const url = await link(name, 'v1/fit/w_300,h_200,q_90/leon.jpg');
      const reply = await shown(ask(url));
      assert.equal(reply.format, 'jpg');
      const original = await picture(name === 'secret.jpg' ? 'tall.jpeg' : name);
      const expected = await reference(original.bytes, parse('v1/fit/w_300,h_200/a.jpg'));
      assert.deepEqual([reply.width, reply.height], [expected.width, expected.height]);
      assert.ok(ssim(await pixels(reply.bytes), expected) > 0.94);
      const again = await shown(ask(url));
      assert.deepEqual(again.bytes, reply.bytes);
      if (kind === 'private') assert.doesNotMatch(reply.headers.get('cache-control'), /public/);
    });
  }

  it('a link is good for its own transformation and file alone', async () => {
    const url = await link('secret.jpg', 'v1/fit/w_300,h_200/leon.jpg');
    await shown(ask(url));
    const other = library.file('photo.jpg').id;
    const changed = [
      url.replace('w_300', 'w_301'),
      url.replace('h_200', 'h_900'),
      url.replace('fit/', 'fill/'),
      url.replace('w_300,h_200', 'w_300,h_200,q_100'),
      url.replace(/\/v1\/.*(?=\?)/, ''),
      url.replace(/\?.*/, ''),
      url.replace('/v1/', '/v1/crop/x_0,y_0,w_500,h_700/'),
      flip(url),
    ];
    for (const one of changed) {
      assert.notEqual(one, url);
      const { status, type } = await ask(one);
      assert.ok([401, 403].includes(status), `${status} for ${one}`);
      assert.ok(!type.startsWith('image/'));
    }
    // Another private file is not opened by it either.
    const { bytes } = await picture('tall.jpeg');
    const second = await library.add('second.jpg', bytes, 'image/jpeg', { private: true });
    const { status } = await ask(url.replace(library.file('secret.jpg').id, second.id));
    assert.ok([401, 403].includes(status), `${status}`);
    assert.ok(other);
  });

  it('a link may say everything that an address may', async () => {
    for (const transformation of [
      'v1/crop/x_10,y_20,w_300,h_300/fill/w_100,h_50,al_t,q_80,usm_0.66_1.00_0.01,con_10,enc_auto/leon.jpg',
      'v1/fill/w_60,h_60,fp_0.30_0.70/ein%20Name.png',
      'v1/fill/w_60,h_60,fp_0.30_0.70/ein Name.png',
      '/v1/fit/w_60,h_60/leon.webp',
    ]) {
      await shown(ask(await link('secret.jpg', transformation)));
    }
  });

  it('is made for files of the site alone, and refused in the words of the API', async () => {
    const { id } = library.file('secret.jpg');
    const refused = async (body) => {
      const reply = await call(library.server, PATH, body);
      assert.ok(reply.status >= 400 && reply.status < 500, `${reply.status} ${JSON.stringify(reply.body)}`);
      assert.ok(reply.body.message);
      return reply;
    };
    assert.equal((await refused({ fileId: id, transformation: 'v1/fit/w_0,h_10/a.jpg' })).status, 400);
    assert.match(JSON.stringify((await refused({ fileId: id, transformation: 'v1/fit/w_0,h_10/a.jpg' })).body), /w_0|transformation/);
    await refused({ fileId: id, transformation: 'fit' });
    await refused({ fileId: id, transformation: '' });
    await refused({ fileId: id });
    await refused({ fileId: id, transformation: `v1/fit/w_10,h_10/${'a'.repeat(2000)}.jpg` });
    await refused({ transformation: 'v1/fit/w_10,h_10/a.jpg' });
    await refused({ fileId: `${id}x`, transformation: 'v1/fit/w_10,h_10/a.jpg' });
    const { siteId } = await library.server.admin('sites', 'create', '--name', 'Other');
    const { apiKey } = await library.server.admin('keys', 'create', '--site', siteId, '--name', 'k', '--scope', 'SCOPE.DC-MEDIA.MANAGE-MEDIAMANAGER');
    const foreign = await call({ ...library.server, apiKey, siteId }, PATH, { fileId: id, transformation: 'v1/fit/w_10,h_10/a.jpg' });
    assert.ok(foreign.status >= 400 && foreign.status < 500, `${foreign.status}`);
    const nobody = await call({ ...library.server, apiKey: 'nothing' }, PATH, { fileId: id, transformation: 'v1/fit/w_10,h_10/a.jpg' });
    assert.ok([401, 403].includes(nobody.status), `${nobody.status}`);
  });

  it('a link ends with its file', async () => {
    const { bytes } = await picture('tall.jpeg');
    const { id } = await library.add('third.jpg', bytes, 'image/jpeg', { private: true });
    const url = await link('third.jpg', 'v1/fit/w_30,h_20/leon.jpg');
    await shown(ask(url));
    await library.client.files.bulkDeleteFiles([id], { permanent: true });
    assert.equal((await ask(url)).status, 404);
  });

  it('descriptors show every image: thumbnailUrl and previewImage can be fetched', async () => {
    for (const name of ['photo.jpg', 'secret.jpg']) {
      const file = library.file(name);
      await shown(ask(file.thumbnailUrl));
      const preview = file.media.image.previewImage;
      if (name === 'photo.jpg') {
        if (preview) await shown(ask(preview.url));
        continue;
      }
      const reply = await shown(ask(preview.url));
      assert.deepEqual([reply.width, reply.height], [preview.width, preview.height]);
      assert.ok(new Date(preview.urlExpirationDate) > new Date(), 'until when it can be fetched is said');
      // The original stays closed, and the preview is no way to it.
      assert.equal((await ask(file.url)).status, 403);
      assert.ok(reply.width <= 2000 && reply.height <= 2000);
      assert.equal((await ask(preview.url.replace(/\?.*/, ''))).status, 403);
    }
  });
});

/** The same with one character of its signature changed, not the last: its lowest bits may mean nothing. */
function flip(url) {
  const at = url.length - 12;
  return url.slice(0, at) + (url[at] === 'A' ? 'B' : 'A') + url.slice(at + 1);
}
