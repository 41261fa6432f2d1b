// Every URL that the published clients can make: answered, of the right type and exactly the right size, and like what
// sharp makes of the same picture.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import sharp from 'sharp';
import { urls } from '../support/image-kit.mjs';
import { shown, startLibrary } from '../support/library.mjs';
import { colourDistance, meanColour, pixels, ssim } from '../support/likeness.mjs';
import { picture, pictures } from '../support/pictures.mjs';
import { parse, reference, sizeOf } from '../support/transformation.mjs';

// What browsers and others send, in turn.
const accepts = ['*/*', 'image/webp,*/*;q=0.8', 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8'];
const byExtension = { jpg: 'jpg', jpeg: 'jpg', jpe: 'jpg', png: 'png', webp: 'webp', avif: 'avif', gif: 'gif' };

/** The formats that a reply may have, the best first. A format that takes long may be replaced while it is made. */
function formats({ options, extension }, accept) {
  if (options.enc?.[0].endsWith('avif')) return ['avif'];
  const named = byExtension[extension];
  if (options.enc?.[0] !== 'auto') return [named];
  if (accept.includes('image/avif')) return ['avif', 'webp'];
  // A source that is AVIF already need not become WebP for a client that said nothing against AVIF.
  if (accept.includes('image/webp')) return named === 'avif' ? ['webp', 'avif'] : ['webp'];
  return [named];
}

/** What no formula of ours and no choice of an encoder comes between. */
function comparable({ options, parts }, format) {
  const { con, br, sat, hue, blur, wm, usm, q } = options;
  const fractions = parts.some(({ tokens }) => Object.values(tokens).some(([value]) => tokens.x && value?.includes('.')));
  const plain = ![con, br, sat, hue, blur, wm].some(Boolean) && (!usm || (usm[0] <= 1.2 && usm[1] <= 1));
  return plain && !fractions && (!q || q[0] >= 60) && format !== 'gif';
}

/**
 * How alike a picture must be to its reference. What encoding takes away from fine texture is no fault of the operations,
 * so the limit is a little below what sharp's own encoder leaves where that is less: ours takes a tenth fewer bytes.
 * Of less than ten thousand pixels each counts for more, and they were scaled twice where a copy lay between.
 */
async function limit(expected, { options }, format) {
  if (format === 'avif') return 0.9;
  const image = sharp(expected.data, { raw: { width: expected.width, height: expected.height, channels: 4 } }).flatten({ background: '#fff' });
  const quality = Number(options.q?.[0] ?? 80);
  const encoded = format === 'jpg' ? image.jpeg({ quality }) : format === 'webp' ? image.webp({ quality }) : image.png();
  const own = ssim(await pixels(await encoded.toBuffer()), await pixels(await image.png().toBuffer()));
  const spare = expected.width * expected.height < 10_000 ? 0.035 : 0.025;
  return Math.min(options.lg?.[0] === '2' ? 0.9 : 0.95, own - spare);
}

describe('URLs of the published clients', () => {
  let library;
  let compared = 0;
  before(async () => {
    library = await startLibrary(pictures.map(({ name }) => name));
  });
  after(() => library.stop());

  it('are several hundred', () => {
    assert.ok(urls.length > 400, `${urls.length}`);
  });

  for (const heading of new Set(urls.map((url) => url.heading))) {
    describe(heading, () => {
      for (const { uri, name } of urls.filter((url) => url.heading === heading)) {
        it(uri, () => check(uri, name, accepts[urls.findIndex((url) => url.uri === uri) % accepts.length]));
      }
    });
  }

  it('were mostly compared with what sharp makes', () => {
    assert.ok(compared > 300, `${compared}`);
  });

  async function check(uri, name, accept) {
    const asked = parse(uri);
    const source = await picture(name);
    const reply = await shown(library.get(uri, { Accept: accept }));

    const allowed = formats(asked, accept);
    assert.ok(allowed.includes(reply.format), `${reply.type} for Accept: ${accept}`);
    assert.deepEqual({ width: reply.width, height: reply.height }, sizeOf(source, asked));
    const negotiated = asked.options.enc?.[0] === 'auto';
    assert.equal((reply.headers.get('vary') ?? '').toLowerCase().includes('accept'), negotiated, 'Vary: Accept');
    assert.match(reply.headers.get('etag') ?? '', /^"[^"]+"$/);
    const cached = reply.headers.get('cache-control') ?? '';
    assert.match(cached, /public/);
    assert.match(cached, reply.format === allowed[0] ? /immutable/ : /max-age=\d{1,4}(,|$)/, 'an interim format is kept for a short time');
    const frames = reply.pages ?? 1;
    assert.equal(frames > 1, Boolean(asked.options.anm) && Boolean(source.animated), `${frames} frames`);

    if (!comparable(asked, reply.format) || reply.width * reply.height > 4_000_000) return;
    const expected = await reference(source.bytes, asked);
    const got = await pixels(reply.bytes);
    const alike = ssim(got, expected);
    const least = await limit(expected, asked, reply.format);
    assert.ok(alike > least, `SSIM ${alike.toFixed(4)}, wanted ${least.toFixed(4)}`);
    // On white, as what is nearly transparent has no colour to speak of.
    const far = colourDistance(await onWhite(got), await onWhite(expected));
    assert.ok(far < 4, `the mean colour is ${far.toFixed(1)} away`);
    // What has an alpha channel keeps it where the format can hold it.
    const [opacity, wanted] = [meanColour(got)[3], reply.format === 'jpg' ? 255 : meanColour(expected)[3]];
    assert.ok(Math.abs(opacity - wanted) < 2, `the opacity is ${opacity}, wanted ${wanted}`);
    compared += 1;
  }
});

const onWhite = async ({ data, width, height }) =>
  pixels(await sharp(data, { raw: { width, height, channels: 4 } }).flatten({ background: '#fff' }).png().toBuffer());
