// A sheet of transformations and awkward pictures to look at: what the release binary makes of them, with what was asked
// below each. Writes sheet.png, index.html and the pictures into the folder of the first argument.
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { put, settled } from '../sdk/support/client.mjs';
import { real } from '../sdk/support/corpus.mjs';
import { inProfile, turned, typeOf } from './support/awkward.mjs';
import { ask, startLibrary } from './support/library.mjs';
import { picture } from './support/pictures.mjs';

const out = resolve(process.argv[2] ?? 'build/contact-sheet');
const [across, cell, label] = [6, { width: 250, height: 190 }, 34];

const library = await startLibrary(['large.jpg', 'photo.jpg', 'tall.jpeg', 'small.jpg', 'opaque.png', 'alpha.png', 'photo.webp', 'alpha.webp', 'animated.gif', 'animated.webp']);
const mark = '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="60"><text x="80" y="42" font-size="40" text-anchor="middle" font-family="sans-serif" fill="#fff" fill-opacity="0.8">MARK</text></svg>';
await library.add('mark.png', await sharp(Buffer.from(mark)).png().toBuffer(), 'image/png');

const sections = [];
/** Pictures by address, below a heading. */
const addresses = (heading, ...paths) =>
  sections.push({ heading, cells: paths.map((path) => ({ title: path, get: () => library.get(path) })) });
/** Bytes that are uploaded and shown in one way, below a heading. */
const uploads = (heading, ...rows) => sections.push({
  heading,
  cells: rows.map(([title, type, make]) => ({
    title,
    async get() {
      const file = (await (await put(library.client, await make(), type, { fileName: `a.${type.slice(6)}` })).json()).file;
      if (!file) return { status: 'refused', bytes: Buffer.alloc(0) };
      await settled(library.client, file.id);
      return ask(`${library.server.url}/media/${file.id}/v1/fit/w_250,h_190/a.png`);
    },
  })),
});
const corpus = (heading, ...paths) => uploads(heading, ...paths.map((path) => [path, typeOf(path), () => real(path)]));
const each = (values, of) => values.map(of);

addresses('Fit, fill, crop', 'large.jpg/v1/fit/w_250,h_190/a.jpg', 'large.jpg/v1/fill/w_190,h_190/a.jpg', 'large.jpg/v1/crop/x_1850,y_1400,w_1200,h_900/fill/w_250,h_190/a.jpg',
  'small.jpg/v1/fit/w_900,h_900/a.jpg', 'small.jpg/v1/fill/w_900,h_675,lg_1/a.jpg', 'small.jpg/v1/fill/w_900,h_675,lg_2/a.jpg');
addresses('Alignments', ...each(['tl', 't', 'tr', 'l', 'c', 'r', 'bl', 'b', 'br'], (al) => `tall.jpeg/v1/fill/w_240,h_90,al_${al}/a.jpg`));
addresses('Focal points and the interesting part', ...each(['0.00_0.00', '0.50_0.50', '0.65_0.50', '1.00_1.00'], (fp) => `large.jpg/v1/fill/w_120,h_180,fp_${fp}/a.jpg`),
  'large.jpg/v1/fill/w_120,h_180,al_auto/a.jpg', 'large.jpg/v1/scrop/w_120,h_180/a.jpg', 'opaque.png/v1/scrop/w_90,h_180/a.jpg', 'opaque.png/v1/scrop/w_240,h_80/a.jpg');
addresses('Quality', ...each([5, 20, 40, 60, 80, 95], (q) => `photo.jpg/v1/crop/x_800,y_350,w_250,h_190,q_${q}/a.jpg`));
addresses('Formats', ...each(['jpg', 'png', 'webp', 'avif', 'gif'], (extension) => `large.jpg/v1/fill/w_250,h_190/a.${extension}`), 'large.jpg/v1/fill/w_250,h_190,enc_avif,quality_auto/a.jpg',
  ...each(['jpg', 'png', 'webp', 'avif', 'gif'], (extension) => `alpha.png/v1/fill/w_250,h_190/a.${extension}`));
for (const [name, values] of [['con', [-100, -50, 0, 25, 50, 100]], ['br', [-100, -50, 0, 25, 50, 100]], ['sat', [-100, -50, 0, 25, 50, 100]], ['hue', [-180, -90, 0, 45, 90, 180]],
  ['blur', [0, 1, 3, 10, 30, 100]]]) {
  addresses(name, ...each(values, (value) => `opaque.png/v1/fill/w_190,h_190,${name}_${value}/a.png`));
}
addresses('Unsharp masks', ...each(['0.66_0.00_0.00', '0.66_1.00_0.01', '1.50_1.50_0.00', '5.00_1.00_0.00', '50.00_1.00_0.00', '5.00_5.00_20.00'], (usm) => `large.jpg/v1/crop/x_1850,y_1400,w_1200,h_900/fill/w_250,h_190,usm_${usm}/a.png`));
const wm = `wm_${library.file('mark.png').id}`;
addresses('Watermarks', `large.jpg/v1/fill/w_250,h_190,${wm}/a.jpg`, `large.jpg/v1/fill/w_1000,h_760,${wm}/a.jpg`, `tall.jpeg/v1/fit/w_250,h_190,${wm}/a.jpg`, `alpha.png/v1/fit/w_250,h_190,${wm}/a.png`);
addresses('Animations', ...each(['animated.gif', 'animated.webp'], (name) => [`${name}/v1/fit/w_200,h_150,pstr/a.jpg`, `${name}/v1/fit/w_200,h_150,anm_all/a.gif`, `${name}/v1/fit/w_200,h_150,anm_all/a.webp`]).flat());
uploads('EXIF orientation 1 to 8, one picture', ...each([1, 2, 3, 4, 5, 6, 7, 8], (n) => [`orientation ${n}`, 'image/jpeg', async () => turned((await picture('small.jpg')).bytes, n)]));
uploads('One picture in four colour spaces', ...each(['srgb', 'p3', 'cmyk', 'pillow/xmp_test.jpg'], (profile) => [`profile ${profile}`, 'image/jpeg', async () => inProfile((await picture('small.jpg')).bytes, profile)]),
  ['16 bits', 'image/png', async () => sharp((await picture('small.jpg')).bytes).toColourspace('rgb16').png().toBuffer()],
  ['grey', 'image/jpeg', async () => sharp((await picture('small.jpg')).bytes).greyscale().jpeg().toBuffer()]);
corpus('Awkward pictures', 'pillow/pil_sample_cmyk.jpg', 'pillow/tiff_strip_cmyk_jpeg.tif', 'pillow/icc_profile_big.jpg', 'pillow/p_16.png', 'pillow/pil123p.png', 'pillow/pil123rgba.png', 'pillow/transparent.gif',
  'pillow-heif/non_heif/RGBA_16__128x128.png', 'pillow-heif/non_heif/LA_8__128x128.png', 'pillow/avif/transparency.avif', 'pillow/avif/rot1mir1.avif', 'pillow/hopper_16bit_qtables.jpg');
corpus('Other formats', 'pillow/hopper.bmp', 'pillow/bmp/g/pal8rle.bmp', 'pillow/bmp/q/rgba32.bmp', 'pillow/pillow.ico', 'pillow/python.ico', 'iscc-samples/image/demo.tif', 'pillow/16bit.cropped.tif', 'pillow-heif/heif_other/pug.heic',
  'pillow-heif/heif_other/arrow.heic', 'pillow-heif/heif/RGBA_10__128x128.heif', 'pillow-heif/heif_special/guitar_cw90.hif', 'pillow/avif/hopper.avif');
corpus('Broken ones', 'pillow/truncated_jpeg.jpg', 'pillow/truncated_image.png', 'pillow/broken_data_stream.png', 'pillow/junk_jpeg_header.jpg', 'pillow-heif/heif_truncated/truncated.heic', 'pillow/bmp/b/badrle.bmp');

const escape = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
/** A cell: the picture on a chequered ground, or why there is none. */
async function drawn({ reply, title }) {
  const bad = !reply.type?.startsWith('image/') || reply.status !== 200;
  const facts = bad ? `${reply.status}` : `${reply.type.slice(6)}, ${reply.size}, ${reply.bytes.length} bytes`;
  const lines = [title.length > 44 ? `${title.slice(0, 43)}…` : title, facts];
  const text = lines.map((line, i) => `<text x="4" y="${cell.height + 14 + 15 * i}" font-size="10" font-family="sans-serif" fill="${bad ? '#c00' : '#222'}">${escape(line)}</text>`).join('');
  const ground = `<svg xmlns="http://www.w3.org/2000/svg" width="${cell.width}" height="${cell.height + label}"><defs><pattern id="p" width="16" height="16" patternUnits="userSpaceOnUse">
    <rect width="16" height="16" fill="#fff"/><path d="M0 0h8v8h-8zM8 8h8v8h-8z" fill="#ddd"/></pattern></defs>
    <rect width="100%" height="100%" fill="#fff"/><rect width="${cell.width}" height="${cell.height}" fill="${bad ? '#fdd' : 'url(#p)'}"/>${text}</svg>`;
  const image = sharp(Buffer.from(ground));
  if (bad) return image.png().toBuffer();
  const shown = await sharp(reply.bytes).resize({ ...cell, fit: 'inside', withoutEnlargement: true }).png().toBuffer();
  const { width } = await sharp(shown).metadata();
  return image.composite([{ input: shown, left: Math.floor((cell.width - width) / 2), top: 0 }]).png().toBuffer();
}

try {
  await mkdir(out, { recursive: true });
  const pieces = [];
  const page = [];
  let [top, number, good] = [0, 0, 0];
  for (const { heading, cells } of sections) {
    pieces.push({ top, left: 0, input: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${across * cell.width}" height="30"><text x="4" y="22" font-size="18" font-weight="bold" font-family="sans-serif">${escape(heading)}</text></svg>`) });
    page.push(`<h2>${escape(heading)}</h2>`);
    top += 30;
    for (const [i, { title, get }] of cells.entries()) {
      const reply = await get().catch((error) => ({ status: error.message, bytes: Buffer.alloc(0) }));
      if (reply.status === 200) {
        const { width, height, pageHeight } = await sharp(reply.bytes).metadata();
        reply.size = `${width}x${pageHeight ?? height}`;
        good += 1;
      }
      pieces.push({ top: top + Math.floor(i / across) * (cell.height + label), left: (i % across) * cell.width, input: await drawn({ reply, title }) });
      number += 1;
      const file = `${String(number).padStart(3, '0')}.${reply.type?.startsWith('image/') ? reply.type.slice(6) : 'txt'}`;
      await writeFile(join(out, file), reply.bytes);
      page.push(reply.status === 200 ? `<figure><img src="${file}" alt=""><figcaption>${escape(title)}<br>${reply.type}, ${reply.size}, ${reply.bytes.length} bytes</figcaption></figure>`
        : `<figure class="bad">${escape(`${reply.status}`)}<figcaption>${escape(title)}</figcaption></figure>`);
    }
    top += Math.ceil(cells.length / across) * (cell.height + label) + 10;
  }
  await sharp({ create: { width: across * cell.width, height: top, channels: 3, background: '#fff' }, limitInputPixels: false }).composite(pieces).png().toFile(join(out, 'sheet.png'));
  await writeFile(join(out, 'index.html'), `<!doctype html><meta charset="utf-8"><title>Contact sheet</title><style>body{font:14px sans-serif}figure{display:inline-block;margin:6px;max-width:420px;vertical-align:top;overflow-wrap:anywhere}
  img{max-width:100%;background:repeating-conic-gradient(#ddd 0 25%,#fff 0 50%) 0 0/16px 16px}.bad{background:#fdd;padding:1em}figcaption{font-size:11px}</style>\n${page.join('\n')}\n`);
  console.log(`${good} of ${number} pictures are on ${join(out, 'sheet.png')} and ${join(out, 'index.html')}`);
} finally {
  await library.stop();
}
