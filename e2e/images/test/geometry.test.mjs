// URLs written by hand: where the pixels come from and how many there are.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import sharp from 'sharp';
import { shown, startLibrary } from '../support/library.mjs';
import { detail, difference, pixels, ssim } from '../support/likeness.mjs';
import { picture } from '../support/pictures.mjs';
import { parse, reference } from '../support/transformation.mjs';

describe('sizes and places', () => {
  let library;
  before(async () => {
    library = await startLibrary(['large.jpg', 'photo.jpg', 'tall.jpeg', 'small.jpg', 'alpha.png']);
  });
  after(() => library.stop());

  const image = (path, headers) => shown(library.get(path, headers));
  const size = async (path) => {
    const { width, height } = await image(path);
    return `${width}x${height}`;
  };
  // PNG, so that nothing but the geometry counts.
  const looks = async (path, like = path) => {
    const got = await pixels((await image(path)).bytes);
    const { bytes } = await picture(path.split('/', 1)[0]);
    const alike = ssim(got, await reference(bytes, parse(like)));
    assert.ok(alike > 0.97, `${path}: SSIM ${alike.toFixed(4)}`);
  };

  it('fits into a box and never enlarges', async () => {
    // The example of the contract is 1000x500 asked for 1000x250; this is its shape.
    assert.equal(await size('photo.jpg/v1/fit/w_2000,h_268/a.jpg'), '500x268');
    assert.equal(await size('photo.jpg/v1/fit/w_500,h_5000/a.jpg'), '500x268');
    assert.equal(await size('small.jpg/v1/fit/w_5000,h_5000/a.jpg'), '300x225');
    assert.equal(await size('small.jpg/v1/fit/w_301,h_226/a.png'), '300x225');
    assert.equal(await size('photo.jpg/v1/fit/w_1,h_1/a.png'), '1x1');
    assert.equal(await size('tall.jpeg/v1/fit/w_5000,h_4/a.png'), '3x4');
    await looks('photo.jpg/v1/fit/w_333,h_333/a.png');
    await looks('small.jpg/v1/fit/w_5000,h_5000/a.png');
  });

  it('fills exactly, from the centre without alignment, and enlarges what is too small', async () => {
    await looks('photo.jpg/v1/fill/w_300,h_300/a.png', 'photo.jpg/v1/fill/w_300,h_300,al_c/a.png');
    await looks('tall.jpeg/v1/fill/w_333,h_77/a.png', 'tall.jpeg/v1/fill/w_333,h_77,al_c/a.png');
    assert.equal(await size('small.jpg/v1/fill/w_900,h_900/a.jpg'), '900x900');
    await looks('small.jpg/v1/fill/w_901,h_400/a.png');
    assert.equal(await size('small.jpg/v1/fill/w_5000,h_5000/a.jpg'), '5000x5000');
    assert.equal(await size('photo.jpg/v1/fill/w_1,h_1/a.jpg'), '1x1');
    assert.equal(await size('photo.jpg/v1/fill/w_5000,h_1/a.jpg'), '5000x1');
    assert.equal(await size('photo.jpg/v1/fill/w_1,h_5000/a.png'), '1x5000');
  });

  it('keeps each of the nine places, and the neighbourhood of a focal point', async () => {
    for (const al of ['c', 't', 'tl', 'tr', 'b', 'bl', 'br', 'l', 'r']) {
      await looks(`photo.jpg/v1/fill/w_200,h_214,al_${al}/a.png`);
      await looks(`tall.jpeg/v1/fill/w_200,h_110,al_${al}/a.png`);
      await looks(`photo.jpg/v1/crop/w_200,h_150,al_${al}/a.png`);
    }
    for (const fp of ['0.00_0.00', '0.25_0.75', '0.50_0.50', '1.00_1.00', '0.8_0.1']) {
      await looks(`photo.jpg/v1/fill/w_200,h_214,fp_${fp}/a.png`);
      await looks(`tall.jpeg/v1/fill/w_200,h_110,fp_${fp}/a.png`);
    }
  });

  it('cuts a rectangle of the picture, as far as it lies inside', async () => {
    await looks('photo.jpg/v1/crop/x_1200,y_300,w_400,h_333/a.png');
    await looks('photo.jpg/v1/crop/w_400,h_333,y_300,x_1200/a.png', 'photo.jpg/v1/crop/x_1200,y_300,w_400,h_333/a.png');
    assert.equal(await size('photo.jpg/v1/crop/x_1950,y_0,w_200,h_100/a.jpg'), '50x100');
    assert.equal(await size('photo.jpg/v1/crop/x_1999,y_1071,w_200,h_100/a.png'), '1x1');
    assert.equal(await size('small.jpg/v1/crop/w_900,h_900,al_c/a.jpg'), '300x225');
    await looks('photo.jpg/v1/crop/x_1950,y_1000,w_200,h_100/a.png');
    // Without a place it begins at the upper left.
    await looks('photo.jpg/v1/crop/w_100,h_100/a.png', 'photo.jpg/v1/crop/x_0,y_0,w_100,h_100/a.png');
  });

  it('does one part after the other', async () => {
    await looks('photo.jpg/v1/crop/x_690,y_36,w_896,h_888/fill/w_383,h_380,al_c/a.png');
    await looks('photo.jpg/v1/crop/x_690,y_36,w_896,h_888/fit/w_200,h_100/a.png');
    await looks('photo.jpg/v1/fill/w_800,h_600,al_r/crop/x_50,y_60,w_300,h_200/a.png');
    await looks('photo.jpg/v1/crop/x_200,y_100,w_1000,h_800/crop/x_200,y_100,w_500,h_400/a.png', 'photo.jpg/v1/crop/x_400,y_200,w_500,h_400/a.png');
    // A crop may be larger than an output: what counts is what comes of it.
    assert.equal(await size('large.jpg/v1/crop/x_0,y_0,w_4032,h_3024/fill/w_400,h_300,al_c/a.jpg'), '400x300');
  });

  it('scales before it cuts where the crop says so', async () => {
    assert.equal(await size('photo.jpg/v1/crop/w_100,h_80,x_30,y_20,scl_0.5/a.jpg'), '100x80');
    await looks('photo.jpg/v1/crop/w_300,h_200,x_100,y_50,scl_0.5/a.png', 'photo.jpg/v1/fit/w_1000,h_536/crop/x_100,y_50,w_300,h_200/a.png');
  });

  it('takes tokens in any order and for the whole picture', async () => {
    const written = 'photo.jpg/v1/fill/w_300,h_200,al_t,q_70,usm_0.66_1.00_0.01,con_10,br_-5,sat_20/a.jpg';
    const { bytes } = await image(written);
    for (const other of [
      'photo.jpg/v1/fill/h_200,w_300,q_70,al_t,sat_20,br_-5,con_10,usm_0.66_1.00_0.01/a.jpg',
      'photo.jpg/v1/fill/usm_0.66_1_0.01,sat_20,con_10,br_-5,q_70,al_t,h_200,w_300/another%20name.jpeg',
    ]) {
      assert.deepEqual((await image(other)).bytes, bytes, other);
    }
  });

  it('enlarges with lg_1 and, sharper, with lg_2', async () => {
    const detailed = async (token) => pixels((await image(`small.jpg/v1/fill/w_900,h_675,al_c${token}/a.png`)).bytes);
    const [classic, better] = [await detailed(',lg_1'), await detailed(',lg_2')];
    assert.ok(difference(classic, better).mean > 0.1, 'lg_2 is not lg_1');
    const expected = await reference((await picture('small.jpg')).bytes, parse('fill/w_900,h_675,al_c/a.png'));
    for (const one of [classic, better]) assert.ok(ssim(one, expected) > 0.9, `${ssim(one, expected)}`);
    // `fit` is allowed to enlarge by it, and stays inside of the box.
    assert.equal(await size('small.jpg/v1/fit/w_600,h_600,lg_1/a.jpg'), '600x450');
    assert.equal(await size('small.jpg/v1/fit/w_600,h_600,lg_2/a.jpg'), '600x450');
    // Where the target is smaller there is nothing to enlarge.
    const smaller = async (token) => (await image(`photo.jpg/v1/fill/w_300,h_200,al_c${token}/a.png`)).bytes;
    const plain = await pixels(await smaller(''));
    assert.equal(difference(plain, await pixels(await smaller(',lg_2'))).largest, 0);
  });

  it('finds the interesting part for scrop and al_auto', async () => {
    // A flower at one end of a pale wall, and then at the other.
    const flower = await sharp((await picture('small.jpg')).bytes).resize(240, 240).png().toBuffer();
    for (const left of [20, 940]) {
      const name = `flower${left}.png`;
      const wall = sharp({ create: { width: 1200, height: 400, channels: 3, background: '#ddd8d0' } });
      await library.add(name, await wall.composite([{ input: flower, left, top: 80 }]).png().toBuffer(), 'image/png');
      for (const path of ['scrop/w_200,h_200', 'fill/w_200,h_200,al_auto']) {
        const { width, height, headers, bytes } = await image(`${name}/v1/${path}/a.png`);
        assert.deepEqual([width, height], [200, 200]);
        assert.doesNotMatch(headers.get('cache-control'), /immutable/, 'a better place may be found');
        assert.ok(headers.get('etag'));
        const shownPart = detail(await pixels(bytes));
        const end = (await shown(library.get(`${name}/v1/fill/w_200,h_200,al_${left < 400 ? 'l' : 'r'}/a.png`))).bytes;
        assert.ok(shownPart > 0.8 * detail(await pixels(end)), `${path} with the flower at ${left}: detail ${shownPart}`);
      }
    }
    assert.equal(await size('small.jpg/v1/scrop/w_400,h_400/a.jpg'), '400x400');
  });
});
