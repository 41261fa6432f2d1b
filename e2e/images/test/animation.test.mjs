// Pictures that move: all of their frames, or the first.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import sharp from 'sharp';
import { shown, startLibrary } from '../support/library.mjs';
import { pixels, ssim } from '../support/likeness.mjs';
import { picture } from '../support/pictures.mjs';

describe('animations', () => {
  let library;
  const names = ['animated.gif', 'animated.webp'];
  const sources = new Map();
  before(async () => {
    library = await startLibrary([...names, 'still.gif', 'photo.jpg']);
    for (const name of names) {
      const { bytes } = await picture(name);
      sources.set(name, { bytes, ...(await sharp(bytes, { pages: -1 }).metadata()) });
    }
  });
  after(() => library.stop());

  const image = (path) => shown(library.get(path));
  /** A frame of the source, scaled as it should be. */
  const frame = async (name, page, width, height) =>
    pixels(await sharp(sources.get(name).bytes, { page }).resize(width, height, { fit: 'fill' }).png().toBuffer());
  const total = (delays) => delays.reduce((sum, delay) => sum + delay, 0);

  for (const name of names) {
    for (const extension of ['gif', 'webp']) {
      it(`anm_all keeps every frame of ${name} as ${extension}, and how long each is seen`, async () => {
        const { pages, delay, loop } = sources.get(name);
        const reply = await image(`${name}/v1/fit/w_120,h_90,anm_all/a.${extension}`);
        assert.equal(reply.format, extension);
        const { width: w, height: h } = sources.get(name);
        const scale = Math.min(120 / w, 90 / (h / pages));
        assert.deepEqual([reply.width, reply.height], [Math.round(w * scale), Math.round((h / pages) * scale)]);
        assert.ok(reply.pages > 1 && reply.pages <= pages, `${reply.pages} of ${pages} frames`);
        // Frames that are alike may be joined, but nothing is lost and the time stays.
        assert.ok(Math.abs(total(reply.delay) - total(delay)) <= 10 * pages, `${total(reply.delay)} ms of ${total(delay)}`);
        if (reply.pages === pages) assert.deepEqual(reply.delay.map(seen), delay.map(seen));
        assert.equal(reply.loop, loop);
        if (reply.pages !== pages) return;
        for (const page of [0, Math.floor(pages / 2), pages - 1]) {
          const alike = ssim(await pixels(reply.bytes, { page }), await frame(name, page, reply.width, reply.height));
          assert.ok(alike > 0.8, `frame ${page}: ${alike.toFixed(3)}`);
        }
      });
    }

    it(`fills, crops and adjusts every frame of ${name}`, async () => {
      const { pages } = sources.get(name);
      for (const path of ['fill/w_100,h_100,al_c', 'crop/x_40,y_30,w_80,h_60', 'crop/x_40,y_30,w_80,h_60/fill/w_40,h_30,al_t,br_20']) {
        const reply = await image(`${name}/v1/${path},anm_all/a.gif`);
        assert.ok(reply.pages > pages / 2, `${path}: ${reply.pages} of ${pages}`);
      }
      const [plain, dark] = [await image(`${name}/v1/fit/w_80,h_80,anm_all/a.webp`), await image(`${name}/v1/fit/w_80,h_80,br_-60,anm_all/a.webp`)];
      for (const page of [0, plain.pages - 1]) {
        const mean = async ({ bytes }) => (await sharp(bytes, { page }).flatten({ background: '#000' }).stats()).channels[0].mean;
        assert.ok((await mean(dark)) < (await mean(plain)), `frame ${page}`);
      }
    });

    it(`pstr shows the first frame of ${name}`, async () => {
      for (const extension of ['gif', 'webp', 'jpg', 'png']) {
        const reply = await image(`${name}/v1/fit/w_120,h_90,pstr/a.${extension}`);
        assert.equal(reply.pages ?? 1, 1);
        const alike = ssim(await pixels(reply.bytes), await frame(name, 0, reply.width, reply.height));
        assert.ok(alike > (extension === 'gif' ? 0.8 : 0.9), `${extension}: ${alike.toFixed(3)}`);
      }
    });

    // That it goes on moving where nothing is said is our own decision.
    it(`a transformation of ${name} that says neither moves where the format can`, async () => {
      for (const extension of ['jpg', 'png']) {
        assert.equal((await image(`${name}/v1/fill/w_60,h_60/a.${extension}`)).pages ?? 1, 1, extension);
      }
      for (const extension of ['gif', 'webp']) {
        assert.ok((await image(`${name}/v1/fill/w_60,h_60/a.${extension}`)).pages > 1, extension);
      }
    });

    it(`the original of ${name} stays as it is without a transformation`, async () => {
      const reply = await shown(library.get(name));
      assert.deepEqual(reply.bytes, sources.get(name).bytes);
    });
  }

  it('formats that can\'t move show the first frame, whatever is asked', async () => {
    for (const extension of ['jpg', 'png']) {
      const reply = await image(`animated.gif/v1/fit/w_120,h_90,anm_all/a.${extension}`);
      assert.equal(reply.pages ?? 1, 1);
      assert.ok(ssim(await pixels(reply.bytes), await frame('animated.gif', 0, 120, 90)) > 0.9);
    }
  });

  it('what doesn\'t move takes both tokens and stays still', async () => {
    for (const name of ['still.gif', 'photo.jpg']) {
      for (const token of ['anm_all', 'pstr']) {
        assert.equal((await image(`${name}/v1/fill/w_60,h_60,${token}/a.gif`)).pages ?? 1, 1);
      }
    }
  });
});

// GIF counts in hundredths of a second, and what is shorter than two of them is shown for a tenth.
const seen = (delay) => (delay < 20 ? 100 : Math.round(delay / 10) * 10);
