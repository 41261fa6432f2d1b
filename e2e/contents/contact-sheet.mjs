// A sheet of what stands for drawings, documents, archives, 3D models and fonts, and of what is seen in pictures, to look at. Writes
// sheet.png, index.html and the pictures into the folder of the first argument.
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { describe } from '../images/support/library.mjs';
import { until } from '../sdk/support/until.mjs';
import { corpus, named, read, startLibrary } from './support/library.mjs';

const out = resolve(process.argv[2] ?? 'build/contact-sheet/contents');
/** Some of many, spread over all of them. */
const some = (list, most) => list.filter((_, i) => Math.floor((i * most) / list.length) !== Math.floor(((i - 1) * most) / list.length)).slice(0, most);
const sections = {
  Drawings: some(await corpus('librsvg2-tests', 'svg', 'svgz'), 24),
  Documents: [...await corpus('iscc-samples', 'pdf', 'doc', 'docx', 'xls', 'xlsx', 'ppt', 'pptx', 'odt', 'rtf', 'epub', 'txt', 'md'), ...some(await corpus('pypdf', 'pdf'), 12), ...some(await corpus('python-pptx', 'pptx'), 4)],
  Archives: some(await corpus('rarfile', 'rar'), 3),
  '3D models': some(await corpus('assimp-testmodels', 'glb', 'gltf', 'obj', 'stl', 'ply'), 24),
  Fonts: [...some(await corpus('fonts-dejavu-extra', 'ttf'), 4), ...some(await corpus('matplotlib', 'ttf'), 8), ...some(await corpus('fonttools', 'otf', 'woff', 'woff2'), 4)],
  'What is seen in pictures': [...await corpus('scikit-image', 'png', 'jpg'), ...some(await corpus('face_recognition', 'jpg'), 4), ...some(await corpus('vladmandic-face-api', 'jpg'), 6)],
};

const escape = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const library = await startLibrary({ env: { MEDIA_MANAGER_ANNOTATIONS: 'on' } });

/** What is known of a file, in a few words. */
function words({ media, operationStatus, failure, notice, labels }) {
  if (operationStatus === 'FAILED') return failure.description;
  const { image, document, archive, model3d, font } = media;
  const facts = image ? [`${image.image.width}x${image.image.height}`, image.caption, labels.join(', '), image.text && `“${image.text.slice(0, 60)}”`]
    : document ? [document.pages && `${document.pages} pages`, document.title, document.words !== undefined && `${document.words} words`, document.encrypted && 'locked']
      : archive ? [`${archive.entryCount} entries`, `${archive.unpackedSizeInBytes} bytes`, ...(archive.warnings ?? [])]
        : model3d ? [`${model3d.triangles} triangles`, ...(model3d.warnings ?? [])]
          : [font.fontName, font.style, font.scripts?.join(', ')];
  return [notice, ...facts].filter(Boolean).join(' · ').slice(0, 160);
}

/** The picture of a file, with what is seen in it drawn over. */
async function figure(path, number, wait) {
  const { status, body, file: first } = await library.send(named(path), await read(path));
  if (status !== 200) return `<figure class="bad">refused<figcaption>${escape(named(path))}<br>${escape(body.message.slice(0, 120))}</figcaption></figure>`;
  const ready = async () => {
    const now = await describe(library.server, first.id);
    return (now.operationStatus === 'FAILED' || now.media.image?.annotations) && now;
  };
  const file = wait ? await until(ready, `${named(path)} is annotated`, 60_000) : first;
  const url = file.media?.image ? `${library.server.url}/media/${file.id}/v1/fit/w_400,h_400/a.png` : file.thumbnailUrl;
  const reply = await fetch(url);
  const caption = `<figcaption><b>${escape(named(path))}</b><br>${escape(words(file))}</figcaption>`;
  if (reply.status !== 200) return `<figure class="bad">${reply.status}${caption}</figure>`;
  const name = `${String(number).padStart(3, '0')}.${reply.headers.get('content-type').split('/')[1].split('+')[0]}`;
  await writeFile(join(out, name), Buffer.from(await reply.arrayBuffer()));
  const { width, height } = file.media?.image?.image ?? {};
  const boxes = (file.media?.image?.faces ?? []).map((face) => `<i style="left:${(face.x / width) * 100}%;top:${(face.y / height) * 100}%;width:${(face.width / width) * 100}%;height:${(face.height / height) * 100}%"></i>`);
  return `<figure><div><img src="${name}" alt="">${boxes.join('')}</div>${caption}</figure>`;
}

try {
  await mkdir(out, { recursive: true });
  const page = [];
  let number = 0;
  for (const [heading, paths] of Object.entries(sections)) {
    page.push(`<h2>${heading}</h2>`);
    for (const path of paths) page.push(await figure(path, number += 1, heading.startsWith('What')));
  }
  page.push('<h2>Icons</h2>');
  const formats = (await (await fetch(`${library.server.url}/media-manager/v1/types`, { headers: { Authorization: library.server.apiKey } })).json()).types.flatMap((type) => type.formats);
  for (const { name } of formats) page.push(`<figure class="icon"><img src="${library.server.url}/icons/${name}.svg" alt=""><figcaption>${name}</figcaption></figure>`);
  const index = join(out, 'index.html');
  await writeFile(index, `<!doctype html><meta charset="utf-8"><title>Contents</title><style>body{font:13px sans-serif;margin:16px}figure{display:inline-block;margin:4px;width:210px;vertical-align:top;overflow-wrap:anywhere}
  figure div{position:relative;display:inline-block;background:repeating-conic-gradient(#ddd 0 25%,#fff 0 50%) 0 0/16px 16px;outline:1px solid #ccc}img{max-width:210px;max-height:210px;display:block}i{position:absolute;border:2px solid #f0f;box-sizing:border-box}
  .bad{background:#fdd}.icon{width:76px}.icon img{width:72px}figcaption{font-size:10px}</style>\n${page.join('\n')}\n`);
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, chromiumSandbox: process.getuid() !== 0 });
  const tab = await browser.newPage({ viewport: { width: 1800, height: 900 } });
  await tab.goto(pathToFileURL(index).href);
  await tab.screenshot({ path: join(out, 'sheet.png'), fullPage: true });
  await browser.close();
  console.log(`${number} files are on ${join(out, 'sheet.png')} and ${index}`);
} finally {
  await library.stop();
}
