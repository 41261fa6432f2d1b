// What isn't in the language or over its limits: 400, with a sentence that names the token.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import sharp from 'sharp';
import { ask, shown, startLibrary } from '../support/library.mjs';

describe('refusals', () => {
  let library;
  before(async () => {
    library = await startLibrary(['photo.jpg']);
    const wide = await sharp({ create: { width: 17_000, height: 100, channels: 3, background: '#468' } }).png().toBuffer();
    await library.add('wide.png', wide, 'image/png');
  });
  after(() => library.stop());

  const rows = [
    // Sizes.
    ['fit/w_0,h_10/a.jpg', 'w_0'],
    ['fit/w_10,h_0/a.jpg', 'h_0'],
    ['fit/w_5001,h_10/a.jpg', 'w_5001'],
    ['fit/w_10,h_5001/a.jpg', 'h_5001'],
    // A fill may be of any shape, up to an area.
    ['fill/w_5003,h_5003,al_c/a.jpg', 'fill|5003'],
    ['scrop/w_70000,h_10/a.jpg', 'w_70000'],
    ['fill/w_-10,h_10/a.jpg', 'w_-10'],
    ['fill/w_ten,h_10/a.jpg', 'w_ten'],
    ['fill/w_,h_10/a.jpg', 'w_'],
    ['fill/w_99999999999999999999,h_10/a.jpg', 'w_99999999999999999999'],
    ['fill/w_10/a.jpg', 'h_'],
    ['fit/h_10/a.jpg', 'w_'],
    ['scrop/w_10/a.jpg', 'h_'],
    ['crop/x_0,y_0,w_10/a.jpg', 'h_'],
    // Places.
    ['fill/w_10,h_10,al_xx/a.jpg', 'al_xx'],
    ['fill/w_10,h_10,al_/a.jpg', 'al_'],
    ['fill/w_10,h_10,fp_2_0/a.jpg', 'fp_2_0'],
    ['fill/w_10,h_10,fp_0.5/a.jpg', 'fp_0.5'],
    ['fill/w_10,h_10,fp_-0.1_0/a.jpg', 'fp_-0.1_0'],
    ['crop/x_-5,y_0,w_10,h_10/a.jpg', 'x_-5'],
    ['crop/x_0,y_up,w_10,h_10/a.jpg', 'y_up'],
    // A rectangle that doesn't touch the picture, which is 2000 by 1072.
    ['crop/x_2000,y_0,w_10,h_10/a.jpg', 'crop|x_2000'],
    ['crop/x_0,y_1072,w_10,h_10/a.jpg', 'crop|y_1072'],
    ['crop/x_0,y_0,w_50,h_50/crop/x_60,y_0,w_10,h_10/a.jpg', 'crop|x_60'],
    // Options.
    ['fit/w_10,h_10,q_0/a.jpg', 'q_0'],
    ['fit/w_10,h_10,q_101/a.jpg', 'q_101'],
    ['fit/w_10,h_10,q_high/a.jpg', 'q_high'],
    ['fit/w_10,h_10,hue_181/a.jpg', 'hue_181'],
    ['fit/w_10,h_10,hue_-181/a.jpg', 'hue_-181'],
    ['fit/w_10,h_10,blur_101/a.jpg', 'blur_101'],
    ['fit/w_10,h_10,blur_-1/a.jpg', 'blur_-1'],
    ['fit/w_10,h_10,con_101/a.jpg', 'con_101'],
    ['fit/w_10,h_10,br_-101/a.jpg', 'br_-101'],
    ['fit/w_10,h_10,sat_101/a.jpg', 'sat_101'],
    ['fit/w_10,h_10,usm_501_1_0/a.jpg', 'usm_501_1_0'],
    ['fit/w_10,h_10,usm_1_11_0/a.jpg', 'usm_1_11_0'],
    ['fit/w_10,h_10,usm_1_1_256/a.jpg', 'usm_1_1_256'],
    ['fit/w_10,h_10,usm_1_1/a.jpg', 'usm_1_1'],
    ['fit/w_10,h_10,lg_3/a.jpg', 'lg_3'],
    ['fit/w_10,h_10,enc_jxl/a.jpg', 'enc_jxl'],
    ['fit/w_10,h_10,quality_best/a.jpg', 'quality_best'],
    ['fit/w_10,h_10,anm_some/a.jpg', 'anm_some'],
    ['fit/w_10,h_10,wm_/a.jpg', 'wm_'],
    ['fit/w_10,h_10,wm_..%2F..%2Fetc/a.jpg', 'wm_|`..`'],
    ['fit/w_10,h_10,shrp_5/a.jpg', 'shrp_5'],
    ['fit/w_10,h_10,nonsense/a.jpg', 'nonsense'],
    ['fit/w_10,h_10,q_nan/a.jpg', 'q_nan'],
    ['fit/w_10,h_10,con_1e1/a.jpg', 'con_1e1'],
    // The shape of it all.
    ['stretch/w_10,h_10/a.jpg', 'stretch'],
    ['FILL/w_10,h_10/a.jpg', 'FILL'],
    ['fit/w_10,h_10/a.tiff', 'tiff'],
    ['fit/w_10,h_10/a', 'a'],
    ['fit/w_10,h_10/a.', 'a.'],
    ['fit/w_10,h_10,,q_5/a.jpg', ''],
    ['fit//a.jpg', ''],
    ['fit/a.jpg', ''],
    ['a.jpg', 'a.jpg|ends'],
    ['fit/w_10,h_10/', ''],
    [`${'fit/w_10,h_10/'.repeat(50)}a.jpg`, 'fit'],
    [`fit/w_10,h_10${',q_50'.repeat(100)}/a.jpg`, 'q_50'],
    [`fit/w_10,h_10/${'a'.repeat(5000)}.jpg`, ''],
    ['fit/w_10,h_10,q_50%00/a.jpg', 'q_50'],
    ['fit/w_10,h_%F0%9F%9A%80/a.jpg', 'h_'],
  ];
  for (const [path, token] of rows) {
    it(`${path.length > 80 ? `${path.slice(0, 80)}…` : path} names ${token || 'what is wrong'}`, async () => {
      const { status, type, bytes } = await library.get(`photo.jpg/v1/${path}`);
      const text = bytes.toString();
      assert.equal(status, 400, text.slice(0, 300));
      assert.match(type, /json|text/);
      const sentence = type.includes('json') ? JSON.parse(text).message : text;
      const said = type.includes('json') ? JSON.stringify(JSON.parse(text)) : text;
      assert.ok(token.split('|').some((one) => said.includes(one)), said.slice(0, 300));
      assert.ok(sentence.split(' ').length >= 4, `a sentence: ${sentence}`);
    });
  }

  it('more than 25 megapixels of output', async () => {
    const { status, bytes } = await library.get('wide.png/v1/crop/x_0,y_0,w_60000,h_60000/a.jpg');
    assert.equal(status, 400, bytes.subarray(0, 200).toString());
    assert.match(bytes.toString(), /pixels|25/);
    await shown(library.get('photo.jpg/v1/fill/w_5000,h_5000/a.jpg'));
  });

  it('a WebP of more than 16383 pixels on a side', async () => {
    const { status, bytes } = await library.get('wide.png/v1/crop/x_0,y_0,w_16384,h_100/a.webp');
    assert.equal(status, 400);
    assert.match(bytes.toString(), /16,?383|5000|w_16384/);
  });

  it('of a negotiated format name what is wrong just so', async () => {
    const { status, bytes } = await library.get('photo.jpg/v1/fit/w_10,h_10,q_0,enc_auto/a.jpg', { Accept: 'image/avif,image/webp' });
    assert.equal(status, 400);
    assert.match(bytes.toString(), /q_0/);
  });

  it('of nothing but /v1 and of files that aren\'t there are no images either', async () => {
    const { id } = library.file('photo.jpg');
    for (const rest of ['/v1', '/v1/', '/v2/fit/w_1,h_1/a.jpg', '/fit/w_1,h_1/a.jpg']) {
      const { status } = await ask(`${library.server.url}/media/${id}${rest}`);
      assert.ok(status === 400 || status === 404, `${rest}: ${status}`);
    }
    const missing = await ask(`${library.server.url}/media/${id.replace(/.~/, '0~')}x/v1/fit/w_1,h_1/a.jpg`);
    assert.equal(missing.status, 404);
  });

  it('aren\'t kept by caches, and nobody else\'s page is harmed by their text', async () => {
    const { headers, bytes } = await library.get('photo.jpg/v1/fit/w_10,h_10,%3Cscript%3E/a.jpg');
    assert.doesNotMatch(headers.get('cache-control') ?? '', /immutable|max-age=[1-9]\d{3}/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.doesNotMatch(headers.get('content-type'), /html/);
    assert.ok(bytes.length < 2000);
  });

  it('come for archives and other files that have no picture', async () => {
    const empty = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);
    const { id } = await library.add('empty.zip', empty, 'application/zip');
    const { status } = await ask(`${library.server.url}/media/${id}/v1/fit/w_10,h_10/a.jpg`);
    assert.ok(status >= 400 && status < 500, `${status}`);
  });

  it('leave the server well', async () => {
    await shown(library.get('photo.jpg/v1/fit/w_10,h_10/a.jpg'));
  });
});
