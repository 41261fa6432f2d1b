// Real pictures that are hard to get right: turned, in other colours, deeper, greyer, older, broken.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import sharp from 'sharp';
import { put, settled } from '../../sdk/support/client.mjs';
import { real } from '../../sdk/support/corpus.mjs';
import { corpusImages, inProfile, turned, typeOf, withoutProfile } from '../support/awkward.mjs';
import { ask, shown, startLibrary } from '../support/library.mjs';
import { colourDistance, meanColour, pixels, plane, ssim } from '../support/likeness.mjs';
import { fromHeic, picture } from '../support/pictures.mjs';
import { parse, reference } from '../support/transformation.mjs';

describe('awkward pictures', () => {
  let library;
  before(async () => {
    library = await startLibrary();
  });
  after(() => library.stop());

  let count = 0;
  /** Uploads bytes; what a transformation of them shows, as pixels. */
  const made = async (bytes, type, transformation = 'fit/w_400,h_400/a.png', more = {}) => {
    count += 1;
    const name = `picture${count}.${type.slice(type.indexOf('/') + 1).replace('x-icon', 'ico')}`;
    await library.add(name, bytes, type, more);
    const reply = await shown(library.get(`${name}/v1/${transformation}`));
    return { ...(await pixels(reply.bytes)), reply };
  };
  const corpus = async (path, transformation) => made(await real(path), typeOf(path), transformation);
  /** The picture must look as another one does (bytes that sharp reads), fitted into the same box. */
  const looksLike = async (got, bytes, { least = 0.95, most = 5, box = 400 } = {}) => {
    const expected = await reference(bytes, parse(`fit/w_${box},h_${box}/a.png`));
    assert.deepEqual([got.width, got.height], [expected.width, expected.height]);
    const [alike, far] = [ssim(got, expected), colourDistance(got, expected)];
    assert.ok(alike > least, `SSIM ${alike.toFixed(3)}`);
    assert.ok(far < most, `the mean colour is ${far.toFixed(1)} away`);
  };

  describe('EXIF orientation', () => {
    for (const format of ['jpeg', 'webp', 'png', 'tiff']) {
      for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
        it(`${orientation} of a ${format} is upright`, async () => {
          const upright = await sharp((await picture('small.jpg')).bytes).png().toBuffer();
          const bytes = await turned(upright, orientation, format);
          assert.ok(ssim(await pixels(bytes), await pixels(upright)) > 0.9, 'the test turns it as EXIF says');
          const got = await made(bytes, `image/${format}`);
          await looksLike(got, upright, { least: 0.93 });
          // Crops count from the upright picture, and nobody turns it once more.
          const { id } = library.file(`picture${count}.${format}`);
          const crop = await shown(ask(`${library.server.url}/media/${id}/v1/crop/x_0,y_0,w_100,h_50/a.jpg`));
          assert.deepEqual([crop.width, crop.height, crop.orientation ?? 1], [100, 50, 1]);
          const corner = await pixels(await sharp(upright).extract({ left: 0, top: 0, width: 100, height: 50 }).png().toBuffer());
          assert.ok(ssim(await pixels(crop.bytes), corner) > 0.9);
        });
      }
    }

    it('of Pillow\'s pictures is undone, all eight alike', async () => {
      const upright = await real('pillow/hopper.jpg');
      for (const extension of ['jpg', 'webp']) {
        for (let orientation = 2; orientation <= 8; orientation += 1) {
          await looksLike(await corpus(`pillow/hopper_orientation_${orientation}.${extension}`), upright, { least: 0.9 });
        }
      }
    });

    it('of AVIF (irot and imir) is undone, all eight as sharp shows them', async () => {
      for (const rotation of [0, 1, 2, 3]) {
        for (const mirror of [0, 1]) {
          const path = `pillow/avif/rot${rotation}mir${mirror}.avif`;
          await looksLike(await corpus(path), await real(path));
        }
      }
    });

    it('in the descriptor counts too: width and height are those of the upright picture', async () => {
      const bytes = await turned((await picture('small.jpg')).bytes, 6);
      const { media } = await library.add('turned.jpg', bytes, 'image/jpeg');
      assert.deepEqual([media.image.image.width, media.image.image.height], [300, 225]);
    });
  });

  describe('colours', () => {
    // Without a profile nobody knows the inks: sharp takes those of a press, others the plain formula, which is more vivid.
    it('of CMYK and YCCK without a profile', async () => {
      for (const path of ['pillow/pil_sample_cmyk.jpg', 'pillow/tiff_strip_cmyk_jpeg.tif', 'pillow/tiff_tiled_cmyk_jpeg.tif']) {
        await looksLike(await corpus(path), await real(path), { most: 25 });
      }
    });

    it('of a CMYK JPEG with its profile', async () => {
      const bytes = await inProfile((await picture('small.jpg')).bytes, 'cmyk');
      assert.equal((await sharp(bytes).metadata()).space, 'cmyk');
      await looksLike(await made(bytes, 'image/jpeg'), bytes, { most: 12 });
    });

    for (const [what, profile] of [['Display P3', 'p3'], ['Adobe RGB', 'pillow/xmp_test.jpg']]) {
      it(`of a JPEG in ${what} are those of sRGB`, async () => {
        const plain = (await picture('small.jpg')).bytes;
        const bytes = await inProfile(plain, profile);
        assert.ok(colourDistance(await pixels(await withoutProfile(bytes)), await pixels(plain)) > 4, 'who ignores the profile sees other colours');
        for (const extension of ['png', 'jpg', 'webp', 'avif']) {
          const got = await made(bytes, 'image/jpeg', `fit/w_400,h_400,q_90/a.${extension}`);
          await looksLike(got, plain, { least: 0.93, most: 4 });
        }
        // What is in between is not written for sRGB with the old numbers: without looking at a profile it is right as well,
        // or a profile says otherwise.
        const { reply } = await made(bytes, 'image/jpeg', 'fit/w_400,h_400,q_90/a.jpg');
        if (!reply.icc) assert.ok(colourDistance(await pixels(await withoutProfile(reply.bytes)), await pixels(plain)) < 4);
      });
    }

    it('of a wide gamut are kept where those who take the format know profiles', async () => {
      const large = await sharp((await picture('small.jpg')).bytes).resize(1600).jpeg({ quality: 95 }).toBuffer();
      const bytes = await inProfile(large, 'p3');
      await library.add('wide.jpg', bytes, 'image/jpeg');
      const numbers = async (of) => pixels(await sharp(of, { ignoreIcc: true }).png().toBuffer());
      const as = await numbers(bytes);
      // First of the original, later of the copy that is made of it.
      for (const side of [400, 390, 380, 370]) {
        for (const [extension, kept] of [['webp', true], ['avif', true], ['jpg', false], ['png', false]]) {
          const reply = await shown(library.get(`wide.jpg/v1/fit/w_${side},h_${side},q_85/a.${extension}`));
          assert.equal(Boolean(reply.icc), kept, extension);
          const far = colourDistance(await numbers(reply.bytes), as);
          assert.ok(kept ? far < 2 : far > 3, `${extension}: ${far}`);
        }
      }
    });

    it('of real pictures with profiles', async () => {
      for (const path of ['pillow/xmp_test.jpg', 'scikit-image/rocket.jpg', 'pillow/icc_profile_big.jpg', 'pillow/flower2.webp', 'scikit-image/astronaut.png', 'pillow/icc_profile.png', 'pillow/avif/icc_profile.avif']) {
        await looksLike(await corpus(path), await real(path), { most: 4 });
      }
    });

    it('survive a profile that is broken or of another kind', async () => {
      for (const path of ['pillow/icc-after-SOF.jpg', 'pillow-heif/heif_other/empty_icc.heic']) {
        assert.ok((await corpus(path)).width > 0, path);
      }
    });
  });

  describe('depth and kinds of pixels', () => {
    const rows = [
      ['grey PNG', 'scikit-image/camera.png'], ['grey JPEG', 'pillow/hopper_gray.jpg'], ['grey with alpha', 'pillow-heif/non_heif/LA_8__128x128.png'],
      ['16 bit RGB PNG', 'pillow-heif/non_heif/RGB_16__128x128.png'], ['16 bit RGBA PNG', 'pillow-heif/non_heif/RGBA_16__128x128.png'],
      ['16 bit grey PNG', 'pillow-heif/non_heif/L_16__128x128.png'], ['palette', 'pillow/hopper_wal.png'], ['palette with transparency', 'pillow/p_16.png'],
      ['interlaced palette with transparency', 'pillow/pil123p.png'], ['interlaced RGBA PNG', 'pillow/pil123rgba.png'], ['GIF', 'pillow/hopper.gif'],
      ['GIF with transparency', 'pillow/transparent.gif'], ['WebP with transparency', 'pillow/transparent.webp'], ['AVIF with transparency', 'pillow/avif/transparency.avif'],
      ['TIFF', 'iscc-samples/image/demo.tif'], ['LZW TIFF', 'pillow/hopper_lzw.tif'], ['tiled TIFF', 'pillow/tiff_tiled_raw.tif'], ['planar TIFF', 'pillow/tiff_strip_planar_raw.tif'],
      ['JPEG with 4:2:0', 'pillow-heif/non_heif/xmp.jpeg'], ['JPEG with 16 bit tables', 'pillow/hopper_16bit_qtables.jpg'], ['progressive JPEG', 'iscc-samples/image/demo.jpg'],
    ];
    for (const [what, path] of rows) {
      it(`${what} (${path})`, async () => {
        const got = await corpus(path);
        await looksLike(got, await real(path), { least: 0.93 });
        const opacity = (one) => plane(one, (r, g, b, a) => a).values.reduce((sum, a) => sum + a, 0) / (one.width * one.height);
        const expected = await reference(await real(path), parse('fit/w_400,h_400/a.png'));
        assert.ok(Math.abs(opacity(got) - opacity(expected)) < 2, 'the opacity');
      });
    }

    it('a photograph of 16 bits keeps its tones', async () => {
      const plain = (await picture('small.jpg')).bytes;
      const deep = await sharp(plain).toColourspace('rgb16').png().toBuffer();
      assert.equal((await sharp(deep).metadata()).depth, 'ushort');
      await looksLike(await made(deep, 'image/png', 'fit/w_200,h_200/a.png'), plain, { most: 2, box: 200 });
    });

    it('an interlaced PNG and a progressive JPEG are the same picture as plain ones', async () => {
      const plain = (await picture('small.jpg')).bytes;
      await looksLike(await made(await sharp(plain).png({ progressive: true }).toBuffer(), 'image/png'), plain, { least: 0.97 });
      await looksLike(await made(await sharp(plain).jpeg({ progressive: true, quality: 95 }).toBuffer(), 'image/jpeg'), plain, { least: 0.97 });
    });

    it('what is transparent doesn\'t bleed into what isn\'t', async () => {
      // A green circle on transparent red: half-way pixels of the rim must not turn brown.
      const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400"><circle cx="200" cy="200" r="150" fill="#00ff00"/></svg>';
      const { data } = await sharp(Buffer.from(svg)).raw().toBuffer({ resolveWithObject: true });
      for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 0) data.set([255, 0, 0], i);
      const bytes = await sharp(data, { raw: { width: 400, height: 400, channels: 4 } }).png().toBuffer();
      const got = await made(bytes, 'image/png', 'fill/w_67,h_67/a.png');
      const red = plane(got, (r, g, b, a) => (a > 40 ? r : 0)).values;
      assert.ok(Math.max(...red) < 40, `${Math.max(...red)}`);
    });
  });

  describe('other formats', () => {
    it('BMP', async () => {
      await looksLike(await corpus('pillow/hopper.bmp'), await real('pillow/hopper.png'));
      await looksLike(await corpus('iscc-samples/image/demo.bmp'), await real('iscc-samples/image/demo.png'), { least: 0.9 });
      // One picture in many forms, which is dithered where it has a palette; of sixteen colours its mean is another.
      const families = {
        rgb24: ['rgb24pal', 'rgb32', 'rgb32bf', 'rgb16', 'rgb16-565'],
        pal8: ['pal8topdown', 'pal8rle', 'pal8v4', 'pal8v5', 'pal8os2', 'pal8-0'],
        pal4: ['pal4rle'],
      };
      const rgb = await corpus('pillow/bmp/g/rgb24.bmp');
      for (const [first, others] of Object.entries(families)) {
        const one = await corpus(`pillow/bmp/g/${first}.bmp`);
        assert.ok(first === 'pal4' || colourDistance(one, rgb) < 6, first);
        for (const name of others) {
          const alike = ssim(await corpus(`pillow/bmp/g/${name}.bmp`), one);
          assert.ok(alike > 0.95, `${name}: ${alike.toFixed(3)}`);
        }
      }
    });

    it('ICO: the largest of its pictures', async () => {
      for (const path of ['pillow/pillow.ico', 'pillow/hopper_256x256.ico']) {
        const { width, height } = await corpus(path);
        assert.deepEqual([width, height], [256, 256], path);
      }
      // Eight bits with a palette and a mask: what its 256 pixels are on the average.
      const got = await corpus('pillow/hopper.ico', 'fit/w_16,h_16/a.png');
      assert.deepEqual([got.width, got.height], [16, 16]);
      assert.deepEqual(meanColour(got).map(Math.round), [43, 31, 47, 255]);
    });

    it('HEIC as libheif shows it', async () => {
      for (const path of ['pillow-heif/heif_other/pug.heic', 'pillow-heif/heif/RGB_8__128x128.heif', 'pillow-heif/heif/RGB_10__128x128.heif', 'pillow-heif/heif_other/arrow.heic', 'pillow-heif/heif_special/guitar_cw90.hif']) {
        const expected = await fromHeic(path, 'png');
        await looksLike(await corpus(path), expected, { most: 6 });
      }
    });

    it('HEIC and AVIF with alpha and with more bits', async () => {
      for (const path of ['pillow-heif/heif/RGBA_8__128x128.heif', 'pillow-heif/heif/L_8__128x128.heif', 'pillow-heif/heif/RGBA_10__128x128.heif', 'pillow-heif/heif/RGB_12__128x128.heif']) {
        const expected = await fromHeic(path, 'png');
        await looksLike(await corpus(path), expected, { least: 0.9, most: 8 });
      }
      await looksLike(await corpus('pillow/avif/hopper.avif'), await real('pillow/avif/hopper.avif'));
    });
  });

  describe('broken pictures', () => {
    const tried = async (bytes, type, name) => {
      const reply = await put(library.client, bytes, type, { fileName: name });
      const body = await reply.json();
      if (reply.status !== 200) return { status: reply.status, bytes: Buffer.from(JSON.stringify(body)) };
      if (body.file.operationStatus === 'PENDING') await settled(library.client, body.file.id);
      return ask(`${library.server.url}/media/${body.file.id}/v1/fill/w_60,h_40/a.jpg`);
    };
    const wellBehaved = ({ status, bytes }, what) =>
      assert.ok(status === 200 || (status >= 400 && status < 500), `${what}: ${status} ${bytes.subarray(0, 200)}`);

    it('that were cut off are shown as far as they go, or refused', async () => {
      for (const name of ['photo.jpg', 'opaque.png', 'photo.webp', 'photo.avif', 'still.gif']) {
        const { bytes, type } = await picture(name);
        for (const share of [0.9, 0.5, 0.1, 0.01]) {
          wellBehaved(await tried(bytes.subarray(0, Math.floor(bytes.length * share)), type, name), `${share} of ${name}`);
        }
      }
    });

    it('that lie about single bytes do no harm', async () => {
      for (const name of ['small.jpg', 'alpha.webp', 'still.gif', 'animated.webp']) {
        const { bytes, type } = await picture(name);
        for (let round = 0; round < 12; round += 1) {
          const bad = Buffer.from(bytes);
          for (let i = 0; i < 20; i += 1) bad[64 + ((round * 7919 + i * 104729) % (bad.length - 64))] ^= 1 << ((round + i) % 8);
          wellBehaved(await tried(bad, type, name), `round ${round} of ${name}`);
        }
      }
    });

    it('of the whole corpus, and the good ones, never end in an error of the server; what sharp can read is shown', async () => {
      const [readable, missing] = [[], []];
      for (const path of await corpusImages()) {
        const bytes = await real(path);
        const began = performance.now();
        const reply = await tried(bytes, typeOf(path), path.slice(path.lastIndexOf('/') + 1)).catch((error) => { throw new Error(path, { cause: error }); });
        wellBehaved(reply, path);
        assert.ok(performance.now() - began < 15_000, `${path} took ${Math.round(performance.now() - began)} ms`);
        const good = bytes.length > 0 && await sharp(bytes, { failOn: 'warning' }).resize(60, 40).raw().toBuffer().then(() => true, () => false);
        if (!good) continue;
        readable.push(path);
        if (reply.status !== 200) missing.push(path);
      }
      assert.ok(readable.length > 500, `${readable.length}`);
      // TIFF has more variants than anybody reads; of the others next to none is missing.
      const tiff = (path) => typeOf(path) === 'image/tiff';
      for (const [kind, share] of [[tiff, 0.4], [(path) => !tiff(path), 0.01]]) {
        const [lost, all] = [missing.filter(kind), readable.filter(kind)];
        assert.ok(lost.length < share * all.length, `${lost.length} of ${all.length} can't be shown:\n${lost.join('\n')}`);
      }
    });
  });
});
