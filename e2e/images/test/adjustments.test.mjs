// Every adjustment does something, in both directions, and nothing where it is 0.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import sharp from 'sharp';
import { describe as descriptor, shown, startLibrary } from '../support/library.mjs';
import { detail, difference, meanColour, pixels, plane, ssim, tone } from '../support/likeness.mjs';

const at = ({ data, width }, x, y) => [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)];

describe('adjustments', () => {
  let library;
  before(async () => {
    library = await startLibrary(['photo.jpg', 'tall.jpeg', 'small.jpg', 'alpha.png']);
    const patches = ['#c83030', '#30c830', '#3030c8', '#c8c830', '#808080', '#404040', '#ffffff', '#000000'];
    const svg = patches.map((colour, i) => `<rect x="${(i % 4) * 50}" y="${Math.floor(i / 4) * 50}" width="50" height="50" fill="${colour}"/>`);
    const sheet = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100">${svg.join('')}</svg>`);
    await library.add('patches.png', await sharp(sheet).removeAlpha().png().toBuffer(), 'image/png');
    // Larger than it may be on any of the outputs: how much of them it takes is up to the server.
    for (const [name, alpha] of [['mark.png', 1], ['half.png', 0.5]]) {
      const mark = sharp({ create: { width: 600, height: 400, channels: 4, background: { r: 255, g: 0, b: 0, alpha } } });
      await library.add(name, await mark.png().toBuffer(), 'image/png');
    }
  });
  after(() => library.stop());

  /** The picture by these tokens, as PNG: nothing is lost. */
  const made = async (tokens, name = 'tall.jpeg', box = 'fill/w_266,h_400') =>
    pixels((await shown(library.get(`${name}/v1/${box}${tokens ? `,${tokens}` : ''}/a.png`))).bytes);
  const patches = async (tokens) => made(tokens, 'patches.png', 'fill/w_200,h_100');

  for (const token of ['con_0', 'br_0', 'sat_0', 'hue_0', 'blur_0', 'usm_1.00_0.00_0.00', 'usm_1.00_2.00_255.00']) {
    it(`${token} changes nothing`, async () => {
      assert.equal(difference(await made(''), await made(token)).largest, 0);
    });
  }

  it('con_ spreads and narrows the tones', async () => {
    const spread = async (tokens) => tone(await made(tokens)).spread;
    const plain = await spread('');
    assert.ok((await spread('con_40')) > 1.15 * plain);
    assert.ok((await spread('con_-40')) < 0.85 * plain);
    assert.ok((await spread('con_15')) > plain && (await spread('con_15')) < (await spread('con_40')), 'more is more');
    // Not a shift: dark becomes darker and light lighter.
    const [more, same] = [await patches('con_50'), await patches('')];
    assert.ok(at(more, 75, 75)[0] < at(same, 75, 75)[0], 'dark grey');
    assert.ok(at(more, 25, 25)[0] > at(same, 25, 25)[0], 'the red of red');
    const least = tone(await made('con_-100'));
    assert.ok(least.spread < 0.3 * plain, `${least.spread}`);
  });

  it('br_ lightens and darkens', async () => {
    const mean = async (tokens) => tone(await made(tokens)).mean;
    const plain = await mean('');
    assert.ok((await mean('br_25')) > plain + 10);
    assert.ok((await mean('br_-25')) < plain - 10);
    assert.ok((await mean('br_60')) > (await mean('br_25')), 'more is more');
    assert.ok((await mean('br_-100')) < 0.35 * plain);
  });

  it('sat_ takes colour away down to grey, and adds it', async () => {
    const chroma = async (tokens) => tone(await made(tokens)).chroma;
    const plain = await chroma('');
    assert.ok((await chroma('sat_50')) > 1.15 * plain);
    assert.ok((await chroma('sat_-50')) < 0.75 * plain);
    assert.ok((await chroma('sat_-100')) < 1.5, 'grey');
    const [more, same] = [await patches('sat_60'), await patches('')];
    for (const x of [25, 75]) assert.deepEqual(at(more, x, 75), at(same, x, 75), 'grey stays grey');
    assert.ok(at(more, 25, 25)[1] < at(same, 25, 25)[1], 'red becomes purer');
  });

  it('hue_ turns the colours around, both ways', async () => {
    const [ahead, back, same] = [await patches('hue_120'), await patches('hue_-120'), await patches('')];
    const strongest = (picture, x) => at(picture, x, 25).slice(0, 3).indexOf(Math.max(...at(picture, x, 25).slice(0, 3)));
    assert.deepEqual([25, 75, 125].map((x) => strongest(same, x)), [0, 1, 2]);
    assert.deepEqual([25, 75, 125].map((x) => strongest(ahead, x)), [1, 2, 0], 'red, green, blue, red');
    assert.deepEqual([25, 75, 125].map((x) => strongest(back, x)), [2, 0, 1]);
    for (const x of [25, 75]) {
      for (const [channel, value] of at(ahead, x, 75).entries()) assert.ok(Math.abs(value - at(same, x, 75)[channel]) < 3, 'grey stays grey');
    }
    assert.ok(difference(await patches('hue_180'), await patches('hue_-180')).largest <= 2, 'half around is half around');
    assert.ok(difference(await made('hue_10'), await made('')).mean > 0.3, 'a little is something');
  });

  it('blur_ softens, the more the higher', async () => {
    const steps = [];
    for (const tokens of ['', 'blur_1', 'blur_3', 'blur_10', 'blur_40', 'blur_100']) steps.push(detail(await made(tokens)));
    for (const [i, value] of steps.entries()) assert.ok(i === 0 || value < steps[i - 1], `${steps}`);
    assert.ok(steps[2] < 0.95 * steps[0] && steps[5] < 0.2 * steps[0], `${steps}`);
    // Soft, not darker: the mean colour stays.
    const [soft, plain] = [meanColour(await made('blur_40')), meanColour(await made(''))];
    for (const channel of [0, 1, 2]) assert.ok(Math.abs(soft[channel] - plain[channel]) < 4, `${soft} ${plain}`);
  });

  it('blur_ grows with the size of the output, so that it looks alike at any size', async () => {
    const scaled = async ({ data, width, height }, to) =>
      pixels(await sharp(data, { raw: { width, height, channels: 4 } }).resize(to).png().toBuffer());
    const small = await made('blur_10', 'photo.jpg', 'fill/w_250,h_134');
    const large = await scaled(await made('blur_10', 'photo.jpg', 'fill/w_1000,h_536'), 250);
    assert.ok(ssim(small, large) > 0.95, `${ssim(small, large)}`);
  });

  it('usm_ sharpens: more with the amount, not below the threshold', async () => {
    const sharpness = async (tokens) => detail(await made(tokens));
    const plain = await sharpness('');
    assert.ok((await sharpness('usm_0.66_1.00_0.01')) > 1.03 * plain);
    assert.ok((await sharpness('usm_0.66_3.00_0.01')) > (await sharpness('usm_0.66_1.00_0.01')));
    assert.ok((await sharpness('usm_3.00_1.00_0.00')) > plain);
    assert.ok((await sharpness('usm_3.00_1.00_40.00')) < (await sharpness('usm_3.00_1.00_0.00')));
    assert.ok(difference(await made('usm_500.00_10.00_0.00'), await made('')).mean > 1, 'the largest that a client can ask for');
  });

  it('adjusts what is opaque, and leaves the opacity alone', async () => {
    const alpha = async (tokens) => plane(await made(tokens, 'alpha.png', 'fill/w_300,h_200'), (r, g, b, a) => a).values;
    const plain = await alpha('');
    for (const tokens of ['con_50', 'br_50', 'sat_50', 'hue_90', 'usm_1.00_2.00_0.00']) {
      assert.deepEqual(await alpha(tokens), plain, tokens);
    }
    // Colours that can't be seen don't bleed into those that can: the rim doesn't become dark.
    const [soft, sharp_] = [meanColour(await made('blur_20', 'alpha.png', 'fill/w_300,h_200')), meanColour(await made('', 'alpha.png', 'fill/w_300,h_200'))];
    for (const channel of [0, 1, 2]) assert.ok(Math.abs(soft[channel] - sharp_[channel]) < 8, `${soft} ${sharp_}`);
  });

  it('q_ chooses between small and faithful', async () => {
    const reference = await made('', 'photo.jpg', 'fill/w_400,h_214');
    for (const extension of ['jpg', 'webp', 'avif']) {
      const rows = [];
      for (const q of [10, 50, 90]) {
        const { bytes } = await shown(library.get(`photo.jpg/v1/fill/w_400,h_214,q_${q}/a.${extension}`));
        rows.push([bytes.length, ssim(await pixels(bytes), reference)]);
      }
      for (const i of [1, 2]) {
        assert.ok(rows[i][0] > rows[i - 1][0], `bytes of ${extension}: ${rows}`);
        assert.ok(rows[i][1] > rows[i - 1][1], `SSIM of ${extension}: ${rows}`);
      }
      assert.ok(rows[2][1] > 0.95, `${extension}: ${rows}`);
    }
  });

  it('bl makes a baseline JPEG; without it a JPEG is progressive', async () => {
    const frame = async (tokens) => startOfFrame((await shown(library.get(`photo.jpg/v1/fill/w_300,h_200${tokens}/a.jpg`))).bytes);
    assert.equal(await frame(''), 0xc2);
    assert.equal(await frame(',bl'), 0xc0);
  });

  describe('watermarks', () => {
    const marked = (name, tokens = '', from = 'photo.jpg') => made(`wm_${library.file(name).id}${tokens}`, from, 'fill/w_400,h_300');

    it('wm_ lays a picture of the library over another', async () => {
      const [plain, with_, half] = [await made('', 'photo.jpg', 'fill/w_400,h_300'), await marked('mark.png'), await marked('half.png')];
      const changed = differing(plain, with_);
      assert.ok(changed.length > 200, `${changed.length} pixels`);
      assert.ok(changed.length < 0.5 * 400 * 300, 'the rest of the picture is left alone');
      assert.ok(changed.filter((i) => with_.data[i] > 230 && with_.data[i + 1] < 40).length > 200, 'red, as the mark is');
      const red = meanOf(changed, with_);
      const mixed = meanOf(changed, half);
      assert.ok(mixed[1] > red[1] + 20, 'what is half opaque shows what lies below');
    });

    it('takes the place and size that docs/IMAGES.md gives it at any size of the output', async () => {
      const box = async (w, h) => {
        const [plain, with_] = [await made('', 'photo.jpg', `fill/w_${w},h_${h}`), await made(`wm_${library.file('mark.png').id}`, 'photo.jpg', `fill/w_${w},h_${h}`)];
        const xs = differing(plain, with_).map((i) => (i / 4) % w);
        return [Math.min(...xs) / w, Math.max(...xs) / w];
      };
      const [small, large] = [await box(400, 300), await box(800, 600)];
      for (const side of [0, 1]) assert.ok(Math.abs(small[side] - large[side]) < 0.02, `${small} ${large}`);
    });

    it('is refused where it is no image that everybody may see', async () => {
      const secret = await library.add('secret.png', (await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } }).png().toBuffer()), 'image/png', { private: true });
      for (const id of ['nothing~mv2.png', secret.id]) {
        const { status, bytes } = await library.get(`photo.jpg/v1/fill/w_40,h_30,wm_${id}/a.png`);
        assert.ok(status >= 400 && status < 500, `${status}`);
        assert.match(bytes.toString(), /wm_|watermark/i);
      }
    });

    it('is another picture when the mark is gone', async () => {
      const mark = await sharp({ create: { width: 50, height: 50, channels: 3, background: 'blue' } }).png().toBuffer();
      const { id } = await library.add('gone.png', mark, 'image/png');
      const path = `photo.jpg/v1/fill/w_123,h_77,wm_${id}/a.png`;
      await shown(library.get(path));
      await library.client.files.bulkDeleteFiles([id], { permanent: true });
      assert.equal(await descriptor(library.server, id), undefined);
      const { status } = await library.get(path);
      assert.ok(status >= 400 && status < 500, `${status}`);
    });
  });
});

/** The offsets of pixels that differ clearly. */
function differing(one, other) {
  const found = [];
  for (let i = 0; i < one.data.length; i += 4) {
    if ([0, 1, 2].some((c) => Math.abs(one.data[i + c] - other.data[i + c]) > 24)) found.push(i);
  }
  return found;
}

const meanOf = (offsets, { data }) =>
  [0, 1, 2].map((channel) => offsets.reduce((sum, i) => sum + data[i + channel], 0) / offsets.length);

/** The marker of the frame of a JPEG: 0xc0 is baseline, 0xc2 progressive. */
function startOfFrame(bytes) {
  for (let i = 2; i < bytes.length; i += 2 + bytes.readUInt16BE(i + 2)) {
    const marker = bytes[i + 1];
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return marker;
  }
  throw new Error('no frame');
}
