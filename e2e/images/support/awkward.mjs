// Pictures that are hard to get right, made from one that isn't.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { folder, real } from '../../sdk/support/corpus.mjs';

/** Extension and type of the images that are taken. */
export const types = {
  jpg: 'image/jpeg', jpeg: 'image/jpeg', png: 'image/png', apng: 'image/png', webp: 'image/webp', gif: 'image/gif', avif: 'image/avif',
  heic: 'image/heic', heif: 'image/heif', hif: 'image/heif', bmp: 'image/bmp', tif: 'image/tiff', tiff: 'image/tiff', ico: 'image/x-icon',
};
export const typeOf = (path) => types[path.slice(path.lastIndexOf('.') + 1).toLowerCase()];

/** All images of the corpus that are of a taken type, as paths. */
export async function corpusImages() {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && typeOf(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1)).sort();
}

/** How an upright picture is stored by each EXIF orientation: steps of sharp, one after the other. */
const stored = {
  1: [],
  2: [(image) => image.flop()],
  3: [(image) => image.rotate(180)],
  4: [(image) => image.flip()],
  5: [(image) => image.rotate(90), (image) => image.flop()],
  6: [(image) => image.rotate(270)],
  7: [(image) => image.rotate(90), (image) => image.flip()],
  8: [(image) => image.rotate(90)],
};

/** The picture stored by an orientation: whoever turns it as EXIF says sees it as it was. */
export async function turned(upright, orientation, format = 'jpeg') {
  let now = await sharp(upright).png().toBuffer();
  for (const step of stored[orientation]) now = await step(sharp(now)).png().toBuffer();
  return sharp(now).withMetadata({ orientation }).toFormat(format, { quality: 95 }).toBuffer();
}

/** The picture in the colours of a profile, which is embedded: `p3`, `cmyk`, or the profile of a file of the corpus. */
export async function inProfile(bytes, profile, options = { quality: 95, chromaSubsampling: '4:4:4' }) {
  const image = sharp(bytes);
  if (!profile.includes('/')) {
    return (profile === 'cmyk' ? image.toColourspace('cmyk') : image).withIccProfile(profile).jpeg(options).toBuffer();
  }
  const dir = await mkdtemp(join(tmpdir(), 'media-manager-icc-'));
  try {
    const path = join(dir, 'profile.icc');
    await writeFile(path, (await sharp(await real(profile)).metadata()).icc);
    return await image.withIccProfile(path).jpeg(options).toBuffer();
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** What the same bytes show to somebody who doesn't look at the profile. */
export async function withoutProfile(jpeg) {
  const parts = [jpeg.subarray(0, 2)];
  let at = 2;
  while (jpeg[at + 1] !== 0xda) {
    const end = at + 2 + jpeg.readUInt16BE(at + 2);
    if (jpeg[at + 1] !== 0xe2) parts.push(jpeg.subarray(at, end));
    at = end;
  }
  return Buffer.concat([...parts, jpeg.subarray(at)]);
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(data.length);
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(crc(body));
  return Buffer.concat([head, body, tail]);
}

function crc(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return (value ^ 0xffffffff) >>> 0;
}

/** A tiny PNG that says it is `width` by `height`; its pixels are `rows` rows of zeros. */
export function bigPng(width, height, { rows = height, colour = 6, depth = 8 } = {}) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([depth, colour, 0, 0, 0], 8);
  const channels = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[colour];
  const row = 1 + Math.ceil((width * channels * depth) / 8);
  const pixels = deflateSync(Buffer.alloc(row * Math.min(rows, Math.ceil(60_000_000 / row))), { level: 9 });
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

/** A JPEG whose frame says another size than its data hold. */
export function resizedJpeg(jpeg, width, height) {
  const bytes = Buffer.from(jpeg);
  for (let at = 2; bytes[at + 1] !== 0xda; at += 2 + bytes.readUInt16BE(at + 2)) {
    if (bytes[at + 1] < 0xc0 || bytes[at + 1] > 0xc2) continue;
    bytes.writeUInt16BE(height, at + 5);
    bytes.writeUInt16BE(width, at + 7);
  }
  return bytes;
}

/** A GIF of one pixel by frame, `frames` of them, on a screen of `width` by `height`. */
export function longGif(width, height, frames) {
  const head = Buffer.from('GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff', 'latin1');
  head.writeUInt16LE(width, 6);
  head.writeUInt16LE(height, 8);
  const frame = Buffer.from('21f90400010000002c00000000010001000002024401' + '00', 'hex');
  return Buffer.concat([head, ...Array.from({ length: frames }, () => frame), Buffer.from(';')]);
}
