// Archives: what is in them, without unpacking anything, and what whoever unpacks them should know.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startLibrary } from '../support/library.mjs';

/** Runs Python, whose standard library writes archives; `out` is the path to write. */
function python(name, program) {
  const dir = mkdtempSync(join(tmpdir(), 'media-manager-archive-'));
  try {
    execFileSync('python3', ['-c', `import io, os, sys, tarfile, zipfile, gzip, bz2, lzma\nout = ${JSON.stringify(join(dir, name))}\n${program}`]);
    return readFileSync(join(dir, name));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const TREE = 'entries = [("docs/", b""), ("docs/read me.txt", b"hello" * 100), ("b\\u00fccher/\\u732b.txt", b"cat"), ("empty", b"")]\n';
const ZIP = `${TREE}z = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)\nfor name, data in entries: z.writestr(name, data)\nz.close()`;
const tar = (mode) => `${TREE}t = tarfile.open(out, "${mode}")
for name, data in entries:
  i = tarfile.TarInfo(name.rstrip("/")); i.size = len(data); i.mtime = 1700000000
  if name.endswith("/"): i.type = tarfile.DIRTYPE
  t.addfile(i, io.BytesIO(data))
t.close()`;

describe('archives', () => {
  let library;
  before(async () => { library = await startLibrary(); });
  after(() => library.stop());

  const entries = async (file, query = '') => {
    const { status, body } = await library.own(`/files/${encodeURIComponent(file.id)}/entries${query}`);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };

  it('of each kind list what is in them', async () => {
    for (const [name, program] of [['a.zip', ZIP], ['a.tar', tar('w')], ['a.tar.gz', tar('w:gz')], ['a.tar.xz', tar('w:xz')], ['a.tar.bz2', tar('w:bz2')]]) {
      const file = await library.add(name, python(name, program));
      assert.equal(file.operationStatus, 'READY', name);
      const { archive } = file.media;
      assert.deepEqual([archive.entryCount, archive.unpackedSizeInBytes, archive.encrypted, archive.damaged], [4, '503', false, false], name);
      assert.equal(archive.warnings, undefined, name);
      const { entries: list } = await entries(file);
      assert.deepEqual(list.map((one) => [one.name.replace(/\/$/, ''), one.folder, one.sizeInBytes]),
        [['docs', true, '0'], ['docs/read me.txt', false, '500'], ['bücher/猫.txt', false, '3'], ['empty', false, '0']], name);
      if (name.includes('tar')) assert.equal(list[1].updatedDate, '2023-11-14T22:13:20.000Z', name);
    }
  });

  it('list page by page', async () => {
    const file = await library.add('many.zip', python('many.zip', 'z = zipfile.ZipFile(out, "w")\nfor i in range(2500): z.writestr(f"{i:05}.txt", b"x")\nz.close()'));
    assert.equal(file.media.archive.entryCount, 2500);
    const names = [];
    let cursor = '';
    let pages = 0;
    do {
      const page = await entries(file, `?limit=1000${cursor && `&cursor=${cursor}`}`);
      names.push(...page.entries.map(({ name }) => name));
      cursor = page.nextCursor;
      pages += 1;
    } while (cursor);
    assert.equal(pages, 3);
    assert.deepEqual(names, Array.from({ length: 2500 }, (_, i) => `${String(i).padStart(5, '0')}.txt`));
    for (const bad of ['x', '7', '99999999999']) {
      assert.equal((await library.own(`/files/${file.id}/entries?cursor=${bad}`)).status, 400, bad);
    }
    assert.equal((await library.own(`/files/${file.id}/entries?limit=1001`)).status, 400);
  });

  it('say what leads out of the folder that they are unpacked into', async () => {
    const zip = python('evil.zip', 'z = zipfile.ZipFile(out, "w")\nfor n in ["../up.txt", "/etc/passwd", "C:/x.txt", "..\\\\back.txt", "fine.txt"]: z.writestr(zipfile.ZipInfo(n), b"x")\nz.close()');
    const file = await library.add('evil.zip', zip);
    assert.ok(file.media.archive.warnings.length > 0);
    const { entries: list } = await entries(file);
    assert.deepEqual(list.map(({ warning }) => Boolean(warning)), [true, true, true, true, false], JSON.stringify(list));
    const link = python('link.tar', 't = tarfile.open(out, "w")\ni = tarfile.TarInfo("etc"); i.type = tarfile.SYMTYPE; i.linkname = "../../etc"\nt.addfile(i)\nt.close()');
    const linked = await library.add('link.tar', link);
    const { entries: [one] } = await entries(linked);
    assert.equal(one.link, '../../etc');
    assert.ok(one.warning);
  });

  it('that grow beyond reason are named, and cost nothing', async () => {
    const bomb = python('bomb.zip', 'z = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9)\nfor i in range(20): z.writestr(f"{i}.bin", bytes(40_000_000))\nz.close()');
    const began = performance.now();
    const file = await library.add('bomb.zip', bomb);
    assert.ok(performance.now() - began < 10_000);
    assert.equal(file.operationStatus, 'READY');
    assert.equal(file.media.archive.unpackedSizeInBytes, '800000000');
    assert.ok(file.media.archive.warnings.length > 0, 'it is named');
    const packed = python('bomb.tar.gz', 'g = gzip.open(out, "wb", 9)\nfor i in range(400): g.write(bytes(10_000_000))\ng.close()');
    const stream = await library.add('bomb.gz', packed);
    assert.ok(['READY', 'FAILED'].includes(stream.operationStatus));
  });

  it('that are cut off are listed as far as they go, or FAILED with a reason', async () => {
    const whole = python('a.tar.gz', tar('w:gz'));
    for (const share of [0.3, 0.6, 0.9]) {
      const file = await library.add('cut.tar.gz', whole.subarray(0, Math.floor(whole.length * share)));
      if (file.operationStatus === 'READY') assert.ok(file.media.archive.damaged || file.notice, JSON.stringify(file.media.archive));
      else assert.ok(file.failure.description);
    }
  });
});
