// Which format a picture comes in, and what of the original comes with it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import sharp from 'sharp';
import { until } from '../../sdk/support/until.mjs';
import { shown, startLibrary } from '../support/library.mjs';
import { pixels, plane, ssim } from '../support/likeness.mjs';
import { picture } from '../support/pictures.mjs';
import { parse, reference } from '../support/transformation.mjs';

const BROWSER = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8';
const opacity = (picture) => plane(picture, (r, g, b, a) => a).values;

describe('formats', () => {
  let library;
  before(async () => {
    library = await startLibrary(['large.jpg', 'photo.jpg', 'small.jpg', 'opaque.png', 'alpha.png', 'alpha.webp', 'photo.webp', 'photo.avif', 'still.gif']);
  });
  after(() => library.stop());

  const image = (path, accept = '*/*') => shown(library.get(path, { Accept: accept }));
  const fill = async (name, tokens, accept) => image(`${name.split('/')[0]}/v1/fill/w_160,h_120${tokens}/a.${name.split('/')[1]}`, accept);

  it('are what the extension says, from every kind of original', async () => {
    for (const name of ['photo.jpg', 'opaque.png', 'alpha.png', 'alpha.webp', 'photo.webp', 'photo.avif', 'still.gif']) {
      for (const extension of ['jpg', 'jpeg', 'jpe', 'JPG', 'png', 'webp', 'avif', 'gif']) {
        const asked = extension.toLowerCase();
        const { format, width, height, headers } = await fill(`${name}/${extension}`, '', BROWSER);
        assert.deepEqual([format, width, height], [asked.startsWith('jp') ? 'jpg' : asked, 160, 120], `${name} as ${extension}`);
        assert.doesNotMatch(headers.get('vary') ?? '', /accept(?!-)/i, 'nothing was negotiated');
      }
    }
  });

  it('are negotiated with enc_auto, by what the client accepts', async () => {
    const rows = [
      ['*/*', 'jpg'],
      ['image/jpeg', 'jpg'],
      ['text/html', 'jpg'],
      ['image/webp', 'webp'],
      ['image/webp,image/*,*/*;q=0.8', 'webp'],
      ['image/webp;q=0,*/*', 'jpg'],
      ['IMAGE/WebP', 'webp'],
      ['image/avif;q=0,image/webp', 'webp'],
    ];
    for (const [accept, format] of rows) {
      const reply = await fill('photo.jpg/jpg', ',enc_auto', accept);
      assert.equal(reply.format, format, accept);
      assert.match(reply.headers.get('vary') ?? '', /accept(?!-)/i);
      assert.match(reply.headers.get('cache-control'), /immutable/);
    }
    assert.equal((await fill('alpha.png/png', ',enc_auto', '*/*')).format, 'png');
  });

  it('have ETags of their own', async () => {
    const tags = new Set();
    for (const accept of ['*/*', 'image/webp']) tags.add((await fill('photo.jpg/jpg', ',enc_auto', accept)).headers.get('etag'));
    for (const extension of ['png', 'avif']) tags.add((await fill(`photo.jpg/${extension}`, '')).headers.get('etag'));
    assert.equal(tags.size, 4);
    assert.equal((await fill('photo.jpg/jpg', ',enc_auto', 'image/webp')).headers.get('etag'), (await fill('photo.jpg/jpg', ',enc_auto', 'image/webp')).headers.get('etag'));
  });

  it('become AVIF for clients that take it, at once or after a moment', async () => {
    const path = 'photo.jpg/v1/fill/w_333,h_222,al_c,q_80,enc_auto/a.jpg';
    const first = await image(path, BROWSER);
    assert.ok(['avif', 'webp'].includes(first.format), first.format);
    if (first.format === 'webp') {
      assert.doesNotMatch(first.headers.get('cache-control'), /immutable/);
      assert.match(first.headers.get('cache-control'), /max-age=\d{1,4}(,|$)/);
    }
    const later = await until(async () => {
      const reply = await image(path, BROWSER);
      return reply.format === 'avif' && reply;
    }, 'AVIF', 20_000);
    assert.match(later.headers.get('cache-control'), /immutable/);
    assert.match(later.headers.get('vary'), /accept(?!-)/i);
    assert.notEqual(first.format === 'webp' && first.headers.get('etag'), later.headers.get('etag'));
    const expected = await reference((await picture('photo.jpg')).bytes, parse(path));
    const alike = ssim(await pixels(later.bytes), expected);
    assert.ok(alike > 0.93, `${alike}`);
    // Who takes no AVIF still gets none.
    assert.equal((await image(path, 'image/webp')).format, 'webp');
  });

  it('that the result is too large for aren\'t chosen', async () => {
    const reply = await image('photo.jpg/v1/fill/w_17000,h_20,enc_auto/a.jpg', 'image/webp,*/*');
    assert.deepEqual([reply.format, reply.width, reply.height], ['jpg', 17_000, 20]);
    assert.match(reply.headers.get('vary') ?? '', /accept(?!-)/i);
  });

  it('are AVIF where the address says so', async () => {
    for (const token of ['enc_avif,quality_auto', 'enc_pavif,quality_auto', 'enc_avif', 'enc_avif,q_50']) {
      const reply = await fill('photo.jpg/jpg', `,${token}`, '*/*');
      assert.equal(reply.format, 'avif', token);
      assert.doesNotMatch(reply.headers.get('vary') ?? '', /accept(?!-)/i);
      assert.match(reply.headers.get('cache-control'), /immutable/);
    }
  });

  it('are small where the server may choose: WebP and AVIF take fewer bytes than JPEG', async () => {
    const bytes = async (extension, tokens = '') => (await image(`large.jpg/v1/fill/w_800,h_600${tokens}/a.${extension}`)).bytes.length;
    const [jpg, webp, avif] = [await bytes('jpg'), await bytes('webp'), await bytes('jpg', ',enc_avif,quality_auto')];
    assert.ok(webp < jpg, `WebP ${webp}, JPEG ${jpg}`);
    assert.ok(avif < jpg, `AVIF ${avif}, JPEG ${jpg}`);
  });

  it('keep alpha where they can', async () => {
    for (const name of ['alpha.png', 'alpha.webp']) {
      const path = `${name}/v1/fill/w_160,h_120,al_c/a.png`;
      const expected = opacity(await reference((await picture(name)).bytes, parse(path)));
      for (const extension of ['png', 'webp', 'avif']) {
        const got = opacity(await pixels((await fill(`${name}/${extension}`, ',q_90')).bytes));
        const off = got.reduce((sum, value, i) => sum + Math.abs(value - expected[i]), 0) / got.length;
        assert.ok(off < 4, `${name} as ${extension}: the opacity is ${off.toFixed(1)} off`);
      }
      // GIF knows only all or nothing.
      const gif = opacity(await pixels((await fill(`${name}/gif`, '')).bytes));
      assert.ok(gif.includes(0) && gif.includes(255));
      assert.equal((await fill(`${name}/webp`, ',enc_auto', 'image/webp')).hasAlpha, true);
    }
  });

  // That it is white is our own decision: neither the contract nor the clients say what lies behind.
  it('lay what is transparent on white where they have no alpha', async () => {
    for (const name of ['alpha.png', 'alpha.webp']) {
      const got = await pixels((await fill(`${name}/jpg`, ',q_95')).bytes);
      const source = await reference((await picture(name)).bytes, parse(`${name}/v1/fill/w_160,h_120,al_c/a.png`));
      const white = await pixels(await sharp(source.data, { raw: { width: 160, height: 120, channels: 4 } }).flatten({ background: '#fff' }).png().toBuffer());
      assert.ok(ssim(got, white) > 0.95);
      assert.ok([0, 1, 2].every((channel) => got.data[channel] > 245), 'the corner is white');
    }
  });

  it('of PNG don\'t lose anything', async () => {
    const path = 'opaque.png/v1/crop/x_10,y_20,w_300,h_200/a.png';
    const got = await pixels((await image(path)).bytes);
    const expected = await reference((await picture('opaque.png')).bytes, parse(path));
    const off = got.data.reduce((most, value, i) => Math.max(most, Math.abs(value - expected.data[i])), 0);
    assert.ok(off <= 2, `${off}`);
  });

  it('leave out who, where and when, and keep whose it is', async () => {
    const { bytes } = await picture('small.jpg');
    const noted = await sharp(bytes).withExif({
      IFD0: { Copyright: 'Ada, all rights kept', Artist: 'Ada', Make: 'Some Camera' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 30/1 0/1' },
    }).jpeg({ quality: 90 }).toBuffer();
    assert.ok(noted.includes('Some Camera') && noted.includes('all rights kept'), 'the original holds all of it');
    await library.add('noted.jpg', noted, 'image/jpeg');
    for (const extension of ['jpg', 'webp', 'png']) {
      const reply = await fill(`noted.jpg/${extension}`, '');
      assert.ok(!reply.bytes.includes('Some Camera'), `${extension} doesn't tell the camera`);
      const kept = reply.exif?.toString('latin1') ?? reply.xmp?.toString() ?? '';
      assert.match(kept, /all rights kept/, extension);
      assert.doesNotMatch(kept, /GPS/);
    }
  });
});
