// Documents: what they say, what they look like, and found by their text.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { until } from '../../sdk/support/until.mjs';
import { describe as describeFile } from '../../images/support/library.mjs';
import { corpus, inked, named, picture, read, startLibrary } from '../support/library.mjs';

describe('documents', () => {
  let library;
  const files = {};
  before(async () => {
    library = await startLibrary();
    for (const path of await corpus('iscc-samples', 'pdf', 'doc', 'docx', 'xls', 'xlsx', 'ppt', 'pptx', 'odt', 'rtf', 'epub', 'txt', 'md')) {
      files[path.split('.').pop()] = await library.add(named(path), await read(path));
    }
  });
  after(() => library.stop());

  it('of every format can be used', () => {
    const formats = ['doc', 'docx', 'epub', 'md', 'odt', 'pdf', 'ppt', 'pptx', 'rtf', 'txt', 'xls', 'xlsx'];
    assert.deepEqual(Object.keys(files).sort(), formats);
    for (const format of formats) {
      assert.equal(files[format].operationStatus, 'READY', `${format}: ${JSON.stringify(files[format].failure)}`);
      assert.equal(files[format].mediaType, 'DOCUMENT');
      assert.equal(files[format].notice, undefined, format);
      assert.ok(files[format].media.document.words > 5, `${format}: ${files[format].media.document.words} words`);
    }
  });

  it('tell how many pages they have, and what they are called', () => {
    const { pages, title } = files.pdf.media.document;
    assert.ok(pages >= 1);
    assert.equal(typeof title, 'string');
    assert.ok(files.pptx.media.document.pages >= 1);
    assert.ok(files.xlsx.media.document.pages >= 1);
  });

  it('have a picture that stands for them', async () => {
    for (const [format, file] of Object.entries(files)) {
      const { thumbnail } = file.media.document;
      assert.ok(thumbnail, format);
      assert.equal(file.thumbnailUrl, thumbnail.url);
      const shown = await picture(thumbnail.url);
      assert.deepEqual([shown.width, shown.height], [thumbnail.width, thumbnail.height], format);
      assert.equal(Math.max(shown.width, shown.height), 600);
      const ink = inked(shown);
      assert.ok(ink > 0.002 && ink < 1, `${format}: ${ink} of it isn't background`);
    }
  });

  it('show any page in any size', async () => {
    const [path] = (await corpus('pypdf', 'pdf')).filter((one) => named(one) === 'pdflatex-outline.pdf');
    const file = await library.add(named(path), await read(path));
    const { pages } = file.media.document;
    assert.equal(pages, 4);
    const url = (rest) => `${library.server.url}/ugd/${file.id}/v1/${rest}`;
    const [first, second] = [await picture(url('page/1/w_800/a.png')), await picture(url('page/2/w_800/a.png'))];
    assert.equal(first.width, 800);
    assert.ok(!first.data.equals(second.data), 'another page looks otherwise');
    for (const [rest, width, height] of [['page/3/fill/w_200,h_100/a.jpg', 200, 100], ['page/1/h_300/a.webp', undefined, 300], [`page/${pages}/fit/w_90,h_90/a.jpg`]]) {
      const shown = await picture(url(rest));
      if (width) assert.equal(shown.width, width);
      if (height) assert.equal(shown.height, height);
    }
    for (const number of [0, pages + 1, 99_999]) {
      const { status } = await fetch(url(`page/${number}/w_80/a.jpg`));
      assert.ok([400, 404, 422].includes(status), `page ${number}: ${status}`);
    }
    // As an image of its own, it is the first page.
    const whole = await picture(`${library.server.url}/media/${file.id}/v1/fit/w_100,h_100/a.jpg`);
    assert.equal(Math.max(whole.width, whole.height), 100);
  });

  it('are found by what they say', async () => {
    const unlike = await library.add('zebra.txt', Buffer.from('Of quagga and okapi.\n\nLetzte Zeile mit Wörtern: Fußgängerübergänge.'), 'text/plain');
    for (const search of ['okapi', 'OKAPI', 'quagga okapi', 'fussgangerub', 'quag']) {
      const found = await until(async () => {
        const { files: hits } = await library.client.files.searchFiles({ search });
        return hits.find(({ _id }) => _id === unlike.id) && hits;
      }, `${search} is found`);
      assert.ok(found.length >= 1);
    }
    const { files: none } = await library.client.files.searchFiles({ search: 'quagga unicorn' });
    assert.ok(!none.some(({ _id }) => _id === unlike.id));
  });

  it('of a private kind give their pages by signed addresses alone', async () => {
    const [path] = await corpus('iscc-samples', 'pdf');
    const file = await library.add(named(path), await read(path), 'application/pdf', { private: true });
    assert.equal(file.media.document.url, '');
    const shown = await picture(file.media.document.thumbnail.url);
    assert.ok(inked(shown) > 0.002);
    for (const rest of [`/ugd/${file.id}/v1/page/1/w_80/a.jpg`, `/media/${file.id}/v1/fit/w_80,h_80/a.jpg`]) {
      assert.equal((await fetch(library.server.url + rest)).status, 403, rest);
    }
  });

  it('that open with a password alone say so', async () => {
    const paths = (await corpus('pypdf', 'pdf')).filter((path) => /encryption\/r[234].*-user-password/.test(path));
    assert.ok(paths.length > 0);
    for (const path of paths) {
      const file = await library.add(named(path), await read(path), 'application/pdf');
      assert.equal(file.operationStatus, 'READY', named(path));
      assert.equal(file.media.document.encrypted, true, named(path));
    }
  });
});

describe('office documents', () => {
  let library;
  before(async () => { library = await startLibrary(); });
  after(() => library.stop());

  it('are set as pages, which can be saved, too', async () => {
    for (const ending of ['docx', 'xlsx', 'pptx', 'odt', 'doc', 'rtf']) {
      const [path] = await corpus('iscc-samples', ending);
      const { id } = await library.add(named(path), await read(path));
      const download = () => library.client.files.generateFileDownloadUrl(id, { assetKeys: ['document.pdf'] });
      const { downloadUrls: [{ url }] } = await until(() => download().catch(() => null), `${ending} is set`, 60_000);
      const pdf = Buffer.from(await (await fetch(url)).arrayBuffer());
      assert.equal(pdf.subarray(0, 5).toString(), '%PDF-', ending);
      const file = await describeFile(library.server, id);
      assert.ok(file.media.document.pages >= 1, ending);
      const shown = await picture(file.media.document.thumbnail.url);
      assert.deepEqual([shown.width, shown.height], [file.media.document.thumbnail.width, file.media.document.thumbnail.height], ending);
      assert.ok(inked(shown) > 0.002, ending);
      const last = await picture(`${library.server.url}/ugd/${id}/v1/page/${file.media.document.pages}/w_300/a.jpg`);
      assert.equal(last.width, 300);
    }
  });

  it('name other files and other hosts in vain', async () => {
    const asked = [];
    const site = createServer(({ url }, reply) => { asked.push(url); reply.end('x'); }).listen(0, '127.0.0.1');
    await once(site, 'listening');
    const secret = `secret${Date.now()}`;
    const path = join(tmpdir(), `${secret}.txt`);
    await writeFile(path, `the ${secret} text`);
    const text = `<?xml version="1.0" encoding="UTF-8"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text><text:p>Plain words</text:p><text:section text:name="s"><text:section-source xlink:href="file://${path}" text:filter-name="Text"/></text:section><text:p><draw:frame svg:width="2cm" svg:height="2cm"><draw:image xlink:href="http://127.0.0.1:${site.address().port}/picture.png" xlink:actuate="onLoad"/></draw:frame></text:p></office:text></office:body></office:document>`;
    const packed = execFileSync('python3', ['-c', `import sys, zipfile\nz = zipfile.ZipFile(sys.stdout.buffer, "w")\nz.writestr("mimetype", "application/vnd.oasis.opendocument.text")\nz.writestr("content.xml", sys.stdin.read().replace("office:document ", "office:document-content ", 1).replace("</office:document>", "</office:document-content>"))\nz.writestr("META-INF/manifest.xml", '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>')\nz.close()`], { input: text });
    const { id, operationStatus } = await library.add('links.odt', packed, 'application/vnd.oasis.opendocument.text');
    assert.equal(operationStatus, 'READY');
    const { downloadUrls: [{ url }] } = await until(() => library.client.files.generateFileDownloadUrl(id, { assetKeys: ['document.pdf'] }).catch(() => null), 'it is set', 60_000);
    const again = await library.add('set.pdf', Buffer.from(await (await fetch(url)).arrayBuffer()), 'application/pdf');
    assert.ok(again.media.document.words >= 2);
    const { files: found } = await library.client.files.searchFiles({ search: secret });
    site.close();
    assert.deepEqual(found, []);
    assert.deepEqual(asked, []);
  });
});
