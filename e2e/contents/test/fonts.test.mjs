// Fonts: named, shown, and made small for the web.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { chromium } from 'playwright-core';
import { corpus, inked, named, picture, read, startLibrary } from '../support/library.mjs';

describe('fonts', () => {
  let library;
  let browser;
  before(async () => {
    library = await startLibrary();
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM, chromiumSandbox: process.getuid() !== 0 });
  });
  after(async () => {
    await browser?.close();
    await library?.stop();
  });
  const font = async (name) => {
    const [path] = (await corpus('fonts-dejavu-core', 'ttf')).filter((one) => named(one) === name);
    return library.add(name, await read(path));
  };

  it('are called what they call themselves', async () => {
    const { media, operationStatus } = await font('DejaVuSans-Bold.ttf');
    assert.equal(operationStatus, 'READY');
    const { family, fontName, style, weight, italic, monospaced, glyphs, scripts } = media.font;
    assert.deepEqual([family, fontName, style, weight, italic, monospaced], ['DejaVu Sans', 'DejaVu Sans Bold', 'Bold', 700, false, false]);
    assert.ok(glyphs > 5000);
    for (const script of ['Latin', 'Greek', 'Cyrillic']) assert.ok(scripts.includes(script), `${scripts}`);
    const mono = await font('DejaVuSansMono.ttf');
    assert.equal(mono.media.font.monospaced, true);
  });

  it('have a specimen', async () => {
    const file = await font('DejaVuSerif.ttf');
    const shown = await picture(file.media.font.thumbnail.url);
    const ink = inked(shown);
    assert.ok(ink > 0.02 && ink < 0.5, `${ink}`);
    assert.equal(file.thumbnailUrl, file.media.font.thumbnail.url);
  });

  it('are made small for browsers, which show the same letters with them', async () => {
    const file = await font('DejaVuSans.ttf');
    const [original, small] = file.media.font.assets;
    assert.deepEqual([original.assetKey, small.assetKey, small.format], ['src', 'font.woff2', 'woff2']);
    const reply = await fetch(small.url);
    assert.equal(reply.headers.get('content-type'), 'font/woff2');
    const bytes = Buffer.from(await reply.arrayBuffer());
    assert.ok(bytes.length < Number(file.sizeInBytes) * 0.65, `${bytes.length} of ${file.sizeInBytes}`);
    const page = await browser.newPage();
    await page.setContent('<meta charset="utf-8"><p>Ω</p>');
    const widths = await page.evaluate(async (urls) => {
      const found = [];
      for (const [i, url] of urls.entries()) {
        const face = new FontFace(`f${i}`, `url(${url})`);
        document.fonts.add(await face.load());
        const context = document.createElement('canvas').getContext('2d');
        context.font = `40px f${i}`;
        found.push(['Hamburgefonstiv', 'Ελληνικά', 'Кириллица', 'fi ffl AV'].map((text) => context.measureText(text).width));
      }
      return found;
    }, [original.url, small.url]);
    assert.deepEqual(widths[0], widths[1]);
    assert.ok(widths[0].every((width) => width > 50));
    const { downloadUrls: [{ url }] } = await library.client.files.generateFileDownloadUrl(file.id, { assetKeys: ['font.woff2'] });
    assert.ok(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(bytes));
  });
});
