// A sheet of what is made of videos and sounds, to look at: posters, storyboard, preview, cover and waveform of each. Writes
// sheet.png, index.html and the pictures into the folder of the first argument.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { beginning, bytesOf } from './support/clips.mjs';
import { startLibrary } from './support/library.mjs';
import { get } from './support/stream.mjs';

const out = resolve(process.argv[2] ?? 'build/contact-sheet/videos');
const real = (path) => readFile(join(process.env.MEDIA_MANAGER_CORPUS, 'iscc-samples', path));
const sources = [
  ...['rotated.mp4', 'portrait.mp4', 'anamorphic.mp4', 'interlaced.mpg', 'hdr.mp4', 'black-first.mp4', 'one-frame.mp4', 'counted.mp4'].map((name) => [name, () => bytesOf(name)]),
  ...['video/demo.mov', 'video/demo.ogv', 'video/demo.wmv'].map((path) => [basename(path), async () => readFile(await beginning(join(process.env.MEDIA_MANAGER_CORPUS, 'iscc-samples', path)))]),
  ...['audio/demo.mp3', 'audio/withcover.mp3', 'audio/demo.wav', 'audio/short.wav'].map((path) => [basename(path), () => real(path)]),
  ['halves.wav', () => bytesOf('halves.wav')],
];

const library = await startLibrary();
try {
  await mkdir(out, { recursive: true });
  const rows = [];
  for (const [name, bytes] of sources) {
    let file = await library.add(name, await bytes());
    if (file.media?.video) file = await library.adorned(file.id);
    const keys = (await library.keys(file.id)).filter((key) => /^poster|\.(jpg|png|webp)$/.test(key));
    const cells = [];
    for (const key of keys) {
      const { downloadUrls: [{ url }] } = await library.client.files.generateFileDownloadUrl(file.id, { assetKeys: [key] });
      const picture = await get(url);
      const saved = `${name}.${key}${key.startsWith('poster') ? '.jpg' : ''}`;
      await writeFile(join(out, saved), picture.bytes);
      cells.push(`<figure class="${key.split('.')[0]}"><img src="${saved}" alt=""><figcaption>${key}, ${picture.bytes.length} bytes</figcaption></figure>`);
    }
    const { video, audio } = file.media;
    const facts = video ? `${video.codec}, ${video.width}x${video.height}, ${video.duration} s` : `${audio.stream.codec}, ${audio.duration} s, ${audio.loudness} LUFS`;
    rows.push(`<h2>${name} <small>${file.operationStatus}, ${facts}</small></h2><div>${cells.join('')}</div>`);
  }
  const page = join(out, 'index.html');
  await writeFile(page, `<!doctype html><meta charset="utf-8"><title>Videos and sounds</title><style>body{font:14px sans-serif;margin:16px}h2{margin:12px 0 4px}small{color:#666;font-weight:normal}
  figure{display:inline-block;margin:0 8px 8px 0;vertical-align:top}img{max-height:150px;max-width:290px;background:#eee}.storyboard img{max-height:300px;max-width:500px}.waveform img{max-width:900px}figcaption{font-size:11px}</style>\n${rows.join('\n')}\n`);
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, chromiumSandbox: process.getuid() !== 0 });
  const tab = await browser.newPage({ viewport: { width: 1800, height: 900 } });
  await tab.goto(pathToFileURL(page).href);
  await tab.screenshot({ path: join(out, 'sheet.png'), fullPage: true });
  await browser.close();
  console.log(`${rows.length} videos and sounds are on ${join(out, 'sheet.png')} and ${page}`);
} finally {
  await library.stop();
}
