// Pictures to ask transformations of: real photographs from the corpus, and what sharp makes of them.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { folder, real } from '../../sdk/support/corpus.mjs';

const run = promisify(execFile);

/** A photograph of the corpus in sRGB and of this size, covering it. */
const photograph = async (path, width, height) =>
  sharp(await real(path), { failOn: 'none' }).autoOrient().toColourspace('srgb').resize({ width, height, fit: 'cover' });

/** The same with an opacity that goes from the middle, where it is whole, to nothing at the edges. */
async function cutOut(path, width, height) {
  const oval = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><radialGradient id="g">
    <stop offset="0.6" stop-color="#fff"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient></defs>
    <rect width="100%" height="100%" fill="url(#g)"/></svg>`);
  const opaque = await (await photograph(path, width, height)).removeAlpha().png().toBuffer();
  return sharp(opaque).ensureAlpha().composite([{ input: oval, blend: 'dest-in' }]);
}

/** What a HEIC picture shows, decoded by libheif: the bytes of a JPEG (or of a PNG, without loss). */
export async function fromHeic(path, extension = 'jpg') {
  const dir = await mkdtemp(join(tmpdir(), 'media-manager-heic-'));
  try {
    const out = join(dir, `out.${extension}`);
    await run('heif-convert', ['-q', '95', join(folder, path), out]);
    // It turns the picture, and keeps the note in a PNG that it is to be turned.
    return extension === 'png' ? await sharp(out, { limitInputPixels: false }).keepIccProfile().png({ compressionLevel: 1 }).toBuffer() : await readFile(out);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const bytesOf = async (picture) => (await picture).toBuffer();
const jpeg = async (path, width, height) => bytesOf((await photograph(path, width, height)).jpeg({ quality: 92, chromaSubsampling: '4:4:4' }));

/**
 * The library: name (with extension, as in its id), type, size, and its bytes. A name in a URL that is made before the
 * upload stands for the id.
 */
export const pictures = [
  // 12 megapixels, as a telephone made them.
  { name: 'large.jpg', type: 'image/jpeg', width: 4032, height: 3024, make: () => fromHeic('pillow-heif/heif_other/pug.heic') },
  // Asphalt: fine texture everywhere, which blurs and shifts are seen in.
  { name: 'photo.jpg', type: 'image/jpeg', width: 2000, height: 1072, make: () => jpeg('pillow/xmp_test.jpg', 2000, 1072) },
  { name: 'tall.jpeg', type: 'image/jpeg', width: 531, height: 800, make: () => jpeg('pillow/exif_gps_typeerror.jpg', 531, 800) },
  { name: 'small.jpg', type: 'image/jpeg', width: 300, height: 225, make: () => jpeg('pillow/flower2.jpg', 300, 225) },
  { name: 'opaque.png', type: 'image/png', width: 512, height: 512, make: () => real('scikit-image/astronaut.png') },
  { name: 'alpha.png', type: 'image/png', width: 600, height: 400, alpha: true, make: async () => bytesOf((await cutOut('scikit-image/coffee.png', 600, 400)).png()) },
  { name: 'photo.webp', type: 'image/webp', width: 1024, height: 768, make: async () => bytesOf((await photograph('pillow/junk_jpeg_header.jpg', 1024, 768)).webp({ quality: 92 })) },
  { name: 'alpha.webp', type: 'image/webp', width: 450, height: 300, alpha: true, make: async () => bytesOf((await cutOut('scikit-image/chelsea.png', 450, 300)).webp({ quality: 92 })) },
  { name: 'photo.avif', type: 'image/avif', width: 640, height: 480, make: async () => bytesOf((await photograph('pillow/junk_jpeg_header.jpg', 640, 480)).avif({ quality: 80, effort: 2 })) },
  { name: 'still.gif', type: 'image/gif', width: 320, height: 240, make: async () => bytesOf((await photograph('pillow/flower2.jpg', 320, 240)).gif()) },
  { name: 'animated.gif', type: 'image/gif', width: 320, height: 240, animated: true, make: () => real('pillow/chi.gif') },
  { name: 'animated.webp', type: 'image/webp', width: 245, height: 245, animated: true, make: () => real('pillow/iss634.webp') },
];

const made = new Map();

/** One of them with its `bytes`, made once. */
export function picture(name) {
  if (!made.has(name)) {
    const found = pictures.find((one) => one.name === name);
    made.set(name, found.make().then((bytes) => ({ ...found, bytes })));
  }
  return made.get(name);
}
