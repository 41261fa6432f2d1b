// Drawings: as large as anybody asks for, and harmless wherever they are shown.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { after, before, describe, it } from 'node:test';
import { chromium } from 'playwright-core';
import { picture, startLibrary } from '../support/library.mjs';

const svg = (inside, attributes = 'width="40" height="20"') =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${inside}</svg>`);
const LEFT_RED = '<rect width="20" height="20" fill="#e00000"/><rect x="20" width="20" height="20" fill="#0000e0"/>';

describe('drawings', () => {
  let library;
  before(async () => { library = await startLibrary(); });
  after(() => library.stop());

  const form = (file, path) => picture(`${library.server.url}/media/${file.id}/v1/${path}`);

  it('have the size that they say, in any unit, or that of their view', async () => {
    for (const [attributes, width, height] of [
      ['width="40" height="20"', 40, 20], ['width="1in" height="0.5in"', 96, 48], ['viewBox="0 0 300 150"', 300, 150],
      ['width="2cm" height="1cm" viewBox="0 0 20 10"', 76, 38],
    ]) {
      const file = await library.add('a.svg', svg(LEFT_RED, attributes), 'image/svg+xml');
      const { image } = file.media.image;
      assert.equal(file.operationStatus, 'READY');
      assert.ok(Math.abs(image.width - width) <= 1 && Math.abs(image.height - height) <= 1, `${attributes}: ${image.width}x${image.height}`);
      assert.equal(file.mediaType, 'VECTOR');
      assert.ok(file.media.image.colors.palette.length > 0);
    }
  });

  it('are sharp in any size, cut as images are, in every format', async () => {
    const file = await library.add('two.svg', svg(LEFT_RED), 'image/svg+xml');
    const large = await form(file, 'fit/w_2000,h_2000/a.png');
    assert.deepEqual([large.width, large.height], [2000, 1000]);
    // An edge that was drawn at this size is one pixel wide.
    const blue = (x) => large.data[(500 * 2000 + x) * 4 + 2];
    assert.ok(blue(998) < 8 && blue(1001) > 200, `${blue(998)} ${blue(1001)}`);
    const right = await form(file, 'crop/x_20,y_0,w_20,h_20/fill/w_300,h_300/a.png');
    assert.deepEqual([right.width, right.height, right.at(0.5, 0.5)], [300, 300, [0, 0, 224, 255]]);
    for (const extension of ['jpg', 'webp', 'avif']) {
      const shown = await form(file, extension === 'avif' ? 'fill/w_100,h_50,enc_avif,quality_auto/a.jpg' : `fill/w_100,h_50/a.${extension}`);
      const [r, , b] = shown.at(0.25, 0.5);
      assert.ok(r > 190 && b < 40, `${extension}: ${shown.at(0.25, 0.5)}`);
      assert.match(shown.type, { jpg: /jpeg/, webp: /webp/, avif: /avif/ }[extension]);
    }
  });

  it('may be seen through', async () => {
    const file = await library.add('dot.svg', svg('<circle cx="20" cy="10" r="8" fill="green"/>'), 'image/svg+xml');
    const shown = await form(file, 'fit/w_400,h_400/a.png');
    assert.equal(shown.at(0.02, 0.02)[3], 0);
    assert.deepEqual(shown.at(0.5, 0.5), [0, 128, 0, 255]);
  });

  it('may come packed, and hold text', async () => {
    const file = await library.add('packed.svgz', gzipSync(svg('<text x="2" y="15" font-size="14" font-family="sans-serif">Mg</text>')), 'image/svg+xml');
    assert.equal(file.operationStatus, 'READY');
    const shown = await form(file, 'fit/w_400,h_400/a.jpg');
    const dark = shown.data.filter((value, i) => i % 4 === 0 && value < 60).length / (shown.width * shown.height);
    assert.ok(dark > 0.02 && dark < 0.5, `${dark} of it is ink`);
  });

  it('of a private kind are shown by signed addresses alone', async () => {
    const file = await library.add('secret.svg', svg(LEFT_RED), 'image/svg+xml', { private: true });
    assert.equal(file.media.image.image.url, '');
    const shown = await picture(file.thumbnailUrl);
    assert.equal(shown.width, 600);
    for (const path of [`/media/${file.id}/v1/fit/w_60,h_60/a.png`, `/shapes/${file.id}`]) {
      assert.equal((await fetch(library.server.url + path)).status, 403, path);
    }
    const elsewhere = file.thumbnailUrl.replace('w_600', 'w_500');
    assert.equal((await fetch(elsewhere)).status, 403);
  });

  it('are kept as they came, for whoever has a link', async () => {
    const bytes = svg('<script>alert(1)</script><rect width="9" height="9"/>');
    const file = await library.add('script.svg', bytes, 'image/svg+xml');
    const { downloadUrls } = await library.client.files.generateFileDownloadUrl(file.id, { assetKeys: ['src', 'clean.svg'], contentDisposition: 'INLINE' });
    const [original, clean] = await Promise.all(downloadUrls.map(({ url }) => fetch(url)));
    assert.ok(Buffer.from(await original.arrayBuffer()).equals(bytes));
    assert.match(original.headers.get('content-disposition'), /^attachment/);
    assert.doesNotMatch(await clean.text(), /script|alert/);
  });
});

describe('hostile drawings', () => {
  let library;
  let site;
  let browser;
  const asked = [];
  before(async () => {
    library = await startLibrary();
    site = createServer(({ url }, reply) => { asked.push(url); reply.end('x'); }).listen(0, '127.0.0.1');
    await once(site, 'listening');
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM, chromiumSandbox: process.getuid() !== 0 });
  });
  after(async () => {
    await browser?.close();
    site?.close();
    await library?.stop();
  });

  const acts = () => {
    const out = `http://127.0.0.1:${site.address().port}`;
    return {
      script: '<script>parent.hacked=1;alert(1)</script>',
      'script in a namespace': '<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>',
      handler: '<rect width="40" height="20" onload="alert(1)" onclick="alert(1)" onmouseover="alert(1)"/>',
      link: '<a xlink:href="javascript:alert(1)"><rect width="40" height="20"/></a>',
      'spaced link': '<a href=" java&#10;script:alert(1)"><rect width="40" height="20"/></a>',
      foreign: '<foreignObject width="40" height="20"><body xmlns="http://www.w3.org/1999/xhtml"><iframe src="javascript:alert(1)"/><img src="x" onerror="alert(1)"/></body></foreignObject>',
      animated: '<a><set attributeName="href" to="javascript:alert(1)"/><animate attributeName="xlink:href" values="javascript:alert(1)"/><rect width="40" height="20"/></a>',
      image: `<image width="9" height="9" xlink:href="${out}/image.png"/><image width="9" height="9" href="${out}/image2.png"/>`,
      use: `<use href="${out}/use.svg#a"/>`,
      style: `<style>@import url(${out}/import.css); @font-face{font-family:x;src:url(${out}/font.woff)} rect{fill:url(${out}/paint.svg#a);font-family:x}</style><rect width="40" height="20"/><text y="9">a</text>`,
      'escaped style': `<style>@\\69mport "${out}/escaped.css"; rect{filter:u\\72l(${out}/filter.svg#a)}</style><rect width="40" height="20"/>`,
      attribute: `<rect width="40" height="20" style="mask:url('${out}/mask.svg#m')" fill="url(${out}/fill.svg#f)" filter="url(//127.0.0.1:${site.address().port}/f.svg#x)"/>`,
      feImage: `<filter id="f"><feImage href="${out}/fe.png"/></filter><rect width="40" height="20" filter="url(#f)"/>`,
      data: '<image width="40" height="20" href="data:image/svg+xml;base64,' + Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>').toString('base64') + '"/>',
      embed: `<embed xmlns="http://www.w3.org/1999/xhtml" src="${out}/embed"/><iframe xmlns="http://www.w3.org/1999/xhtml" src="${out}/frame"/>`,
      handlerElement: '<handler xmlns="http://www.w3.org/2000/svg" type="application/ecmascript">alert(1)</handler><listener event="load"/>',
    };
  };
  const wholes = () => {
    const out = `http://127.0.0.1:${site.address().port}`;
    return {
      stylesheet: `<?xml version="1.0"?><?xml-stylesheet href="${out}/sheet.css"?>${svg(LEFT_RED)}`,
      'external entity': `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>${svg('<text y="9">&x;</text>')}`,
      'external subset': `<!DOCTYPE svg SYSTEM "${out}/svg.dtd">${svg(LEFT_RED)}`,
      laughs: `<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">${'bcdefghij'.split('').map((name, i) => `<!ENTITY ${name} "${`&${'abcdefghi'[i]};`.repeat(10)}">`).join('')}]>${svg('<text y="9">&j;</text>')}`,
      deep: svg(`${'<g>'.repeat(50_000)}<rect width="9" height="9"/>${'</g>'.repeat(50_000)}`).toString(),
      'a million uses': svg(`<defs><g id="a0"><rect width="9" height="9"/></g>${Array.from({ length: 30 }, (_, i) => `<g id="a${i + 1}"><use href="#a${i}"/><use href="#a${i}"/></g>`).join('')}</defs><use href="#a30"/>`).toString(),
      circle: svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g><pattern id="p" width="1" height="1"><rect width="9" height="9" fill="url(#p)"/></pattern><rect width="40" height="20" fill="url(#p)"/>').toString(),
      vast: svg(LEFT_RED, 'width="1e9" height="1e9"').toString(),
      blur: svg('<filter id="f" x="-1000%" y="-1000%" width="9000%" height="9000%"><feGaussianBlur stdDeviation="99999"/><feTurbulence numOctaves="999" baseFrequency="9"/></filter><rect width="40" height="20" filter="url(#f)"/>').toString(),
      'packed bomb': gzipSync(Buffer.concat([svg('').subarray(0, -6), Buffer.alloc(200 << 20, ' '), Buffer.from('</svg>')])),
    };
  };

  it('do nothing and ask for nothing in a browser, however they are shown', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const alerts = [];
    page.on('dialog', (dialog) => { alerts.push(page.url()); dialog.dismiss(); });
    let shown = 0;
    for (const [what, inside] of Object.entries(acts())) {
      const { status, file } = await library.send(`${what}.svg`, svg(inside), 'image/svg+xml');
      if (status !== 200) continue;
      shown += 1;
      const url = `${library.server.url}/shapes/${file.id}`;
      const reply = await fetch(url);
      assert.match(reply.headers.get('content-security-policy') ?? '', /sandbox/, what);
      assert.equal(reply.headers.get('x-content-type-options'), 'nosniff');
      const text = await reply.text();
      assert.doesNotMatch(text, /<script|on(load|click|mouseover)=|javascript:|foreignObject|127\.0\.0\.1/i, `${what}: ${text}`);
      if (/inline/.test(reply.headers.get('content-disposition') ?? '')) {
        // Even in a page of another kind, without the headers.
        await page.goto('about:blank');
        await page.setContent(`<body>${text}</body>`);
        for (const shape of await page.locator('rect,text').all()) await shape.click({ force: true, timeout: 500 }).catch(() => {});
        await page.goto(url);
      }
      const form = await fetch(`${library.server.url}/media/${file.id}/v1/fit/w_80,h_80/a.png`);
      assert.ok([200, 415, 422].includes(form.status), `${what}: ${form.status}`);
    }
    await context.close();
    assert.ok(shown > 8, `${shown} were taken`);
    assert.deepEqual(alerts, []);
    assert.deepEqual(asked, []);
  });

  it('cost neither memory nor time', async () => {
    for (const [what, text] of Object.entries(wholes())) {
      const began = performance.now();
      const { status, file, body } = await library.send(`${what}.${Buffer.isBuffer(text) ? 'svgz' : 'svg'}`, Buffer.from(text), 'image/svg+xml');
      if (status === 200) {
        const form = await fetch(`${library.server.url}/media/${file.id}/v1/fit/w_80,h_80/a.png`);
        assert.ok(form.status === 200 || (form.status >= 400 && form.status < 500), `${what}: ${form.status}`);
        if (file.operationStatus === 'FAILED') assert.ok(file.failure.description, what);
        const text_ = await (await fetch(`${library.server.url}/shapes/${file.id}`)).text();
        assert.doesNotMatch(text_, /root:/, what);
      } else {
        assert.ok(status < 500, `${what}: ${JSON.stringify(body)}`);
      }
      assert.ok(performance.now() - began < 20_000, `${what} took ${Math.round(performance.now() - began)} ms`);
    }
    assert.deepEqual(asked, []);
    assert.equal((await fetch(`${library.server.ops}/readyz`)).status, 200);
  });
});
