// The measure itself: it must find alike what is, and find out what isn't.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import sharp from 'sharp';
import { colourDistance, detail, difference, luma, pixels, ssim, tone } from '../support/likeness.mjs';
import { picture } from '../support/pictures.mjs';
import { parse, reference, sizeOf } from '../support/transformation.mjs';

describe('the measure', () => {
  const small = async (change = (image) => image) =>
    pixels(await change(sharp((await picture('photo.jpg')).bytes).resize(400, 214, { fit: 'fill' })).png().toBuffer());

  it('finds a picture like itself, and like its encodings', async () => {
    const original = await small();
    assert.equal(ssim(original, original), 1);
    const jpeg = await pixels(await sharp(original.data, { raw: { ...size(original), channels: 4 } }).removeAlpha().jpeg({ quality: 90 }).toBuffer());
    assert.ok(ssim(original, jpeg) > 0.95);
    assert.deepEqual(difference(original, original), { largest: 0, mean: 0 });
  });

  it('finds out a shift of one pixel, a blur, a mirror and another colour', async () => {
    const original = await small();
    const shifted = await small((image) => image.extend({ left: 1, extendWith: 'copy' }));
    const cut = { data: Buffer.concat(rows(shifted).map((row) => row.subarray(0, 4 * 400))), ...size(original) };
    assert.ok(ssim(original, cut) < 0.8, `${ssim(original, cut)}`);
    assert.ok(ssim(original, await small((image) => image.blur(1))) < 0.9);
    assert.ok(ssim(original, await small((image) => image.flop())) < 0.5);
    assert.ok(colourDistance(original, await small((image) => image.tint('#ff8080'))) > 10);
    assert.throws(() => ssim(original, { ...original, width: 399 }), /can't be compared/);
  });

  it('tells detail, contrast and colour', async () => {
    const original = await small();
    assert.ok(detail(await small((image) => image.blur(2))) < detail(original) / 2);
    assert.ok(tone(await small((image) => image.linear(0.5, 64))).spread < tone(original).spread * 0.6);
    assert.ok(tone(await small((image) => image.greyscale())).chroma < 1);
    assert.equal(luma({ data: Buffer.from([0, 0, 0, 0]), width: 1, height: 1 }).values[0], 255);
  });
});

describe('the reference', () => {
  const like = async (name, transformation, make) => {
    const { bytes, width, height } = await picture(name);
    const asked = parse(transformation);
    const got = await reference(bytes, asked);
    assert.deepEqual(size(got), sizeOf({ width, height }, asked));
    const other = await pixels(await make(sharp(bytes)).png().toBuffer());
    assert.deepEqual(size(other), size(got));
    return ssim(got, other);
  };

  it('agrees with what sharp offers itself', async () => {
    const rows = [
      ['photo.jpg', 'fit/w_300,h_300/a.jpg', (image) => image.resize(300, 300, { fit: 'inside' })],
      ['small.jpg', 'fit/w_3000,h_3000/a.jpg', (image) => image.resize(3000, 3000, { fit: 'inside', withoutEnlargement: true })],
      ['photo.jpg', 'fill/w_300,h_300,al_c/a.jpg', (image) => image.resize(300, 300)],
      ['photo.jpg', 'fill/w_300,h_300,al_l/a.jpg', (image) => image.resize(300, 300, { position: 'left' })],
      ['photo.jpg', 'fill/w_300,h_300,al_br/a.jpg', (image) => image.resize(300, 300, { position: 'right bottom' })],
      ['tall.jpeg', 'fill/w_300,h_200,al_t/a.jpg', (image) => image.resize(300, 200, { position: 'top' })],
      ['tall.jpeg', 'fill/w_300,h_200,al_bl/a.jpg', (image) => image.resize(300, 200, { position: 'left bottom' })],
      ['small.jpg', 'fill/w_600,h_500,al_c/a.jpg', (image) => image.resize(600, 500)],
      ['photo.jpg', 'crop/x_100,y_50,w_300,h_200/a.jpg', (image) => image.extract({ left: 100, top: 50, width: 300, height: 200 })],
      ['photo.jpg', 'crop/x_1900,y_50,w_300,h_200/a.jpg', (image) => image.extract({ left: 1900, top: 50, width: 100, height: 200 })],
      ['alpha.png', 'fill/w_200,h_200,al_c/a.png', (image) => image.resize(200, 200)],
    ];
    for (const [name, transformation, make] of rows) {
      const alike = await like(name, transformation, make);
      // Enlarging, libvips is half a pixel of the result off.
      assert.ok(alike > (transformation.startsWith('fill/w_600') ? 0.9 : 0.99), `${name} ${transformation}: ${alike}`);
    }
  });

  it('enlarges evenly: mirrored before or after is the same', async () => {
    const { bytes } = await picture('small.jpg');
    const enlarge = async (source) => reference(source, parse('fill/w_700,h_525,al_c/a.png'));
    const plain = await sharp(bytes).png().toBuffer();
    const before = await enlarge(await sharp(plain).flop().png().toBuffer());
    const { data, width, height } = await enlarge(plain);
    const after = await pixels(await sharp(data, { raw: { width, height, channels: 4 } }).flop().png().toBuffer());
    assert.ok(difference(before, after).largest <= 1);
  });

  it('puts focal points into the middle as far as the edges allow', async () => {
    const { bytes } = await picture('photo.jpg');
    const focus = (point) => reference(bytes, parse(`fill/w_1072,h_1072,fp_${point}/a.jpg`));
    const left = await reference(bytes, parse('fill/w_1072,h_1072,al_l/a.jpg'));
    assert.equal(ssim(await focus('0.00_0.50'), left), 1);
    assert.equal(ssim(await focus('0.26_0.50'), left), 1);
    assert.ok(ssim(await focus('0.40_0.50'), left) < 0.9);
  });

  it('sharpens by an unsharp mask', async () => {
    const { bytes } = await picture('photo.jpg');
    const with_ = async (mask) => detail(await reference(bytes, parse(`fill/w_300,h_200,al_c${mask}/a.jpg`)));
    assert.ok(await with_(',usm_0.66_1.00_0.01') > 1.1 * (await with_('')));
    assert.equal(await with_(',usm_0.66_1.00_255.00'), await with_(''));
  });
});

const size = ({ width, height }) => ({ width, height });
const rows = ({ data, width, height }) => Array.from({ length: height }, (_, y) => data.subarray(4 * width * y, 4 * width * (y + 1)));
