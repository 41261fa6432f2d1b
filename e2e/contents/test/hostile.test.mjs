// Everything of the corpora, whole and damaged: each file is READY or FAILED with a reason, and the server stays as it was.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { corpus, each, named, read, startLibrary } from '../support/library.mjs';

const sources = [
  ['librsvg2-tests', ['svg', 'svgz']], ['pikepdf', ['pdf']], ['pypdf', ['pdf']], ['python-docx', ['docx']], ['python-pptx', ['pptx']],
  ['rarfile', ['rar']], ['assimp-testmodels', ['glb', 'gltf', 'obj', 'stl', 'ply', 'zip']], ['iscc-samples', ['doc', 'docx', 'xls', 'xlsx', 'ppt', 'pptx', 'odt', 'rtf', 'epub', 'txt', 'md']],
];

/** The same file each time it is asked for. */
function damaged(bytes, seed) {
  const copy = Buffer.from(bytes);
  let state = seed + 1;
  const next = (most) => { state = (state * 48271) % 2147483647; return state % most; };
  if (seed % 2) return copy.subarray(0, 1 + next(copy.length));
  for (let i = 0; i < 20; i += 1) copy[next(copy.length)] = next(256);
  return copy;
}

describe('whatever comes', () => {
  let library;
  before(async () => { library = await startLibrary({ args: ['--processing-wait', '20s'] }); });
  after(() => library.stop());

  const memory = async () => Number(/VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${library.server.pid}/status`, 'utf8'))[1]) / 1024;

  it('is READY or FAILED with a reason, and its picture is one or refused', async () => {
    const before_ = await memory();
    const tally = {};
    for (const [under, endings] of sources) {
      const paths = await corpus(under, ...endings);
      assert.ok(paths.length > 0, under);
      const counts = { taken: 0, refused: 0, READY: 0, FAILED: 0, notices: 0, drawn: 0 };
      tally[under] = counts;
      await each(paths.entries(), 3, async ([index, path]) => {
        const bytes = await read(path);
        const versions = index % 6 === 0 && bytes.length > 0 ? [bytes, damaged(bytes, index), damaged(bytes, index + 1)] : [bytes];
        for (const one of versions) {
          const began = performance.now();
          const { status, file, body } = await library.send(named(path).replace(/[^\w.-]/g, '_'), one);
          assert.ok(performance.now() - began < 45_000, `${named(path)} took ${Math.round(performance.now() - began)} ms`);
          if (status !== 200) {
            assert.ok(status === 400 || status === 413, `${named(path)}: ${status} ${JSON.stringify(body)}`);
            counts.refused += 1;
            continue;
          }
          counts.taken += 1;
          counts[file.operationStatus] += 1;
          if (file.operationStatus === 'FAILED') assert.ok(file.failure.description.length > 5, named(path));
          if (file.notice) counts.notices += 1;
          if (file.operationStatus !== 'READY' || index % 3 !== 0) continue;
          const { status: drawn } = await fetch(`${library.server.url}/media/${file.id}/v1/fit/w_200,h_200/a.png`);
          assert.ok(drawn < 500, `${named(path)}: ${drawn}`);
          if (drawn === 200) counts.drawn += 1;
        }
      });
    }
    console.log(tally);
    const grown = (await memory()) - before_;
    assert.ok(grown < 250, `the server grew by ${Math.round(grown)} MB`);
    assert.equal((await fetch(`${library.server.ops}/readyz`)).status, 200);
    assert.doesNotMatch(library.server.log(), /panicked/);
  });
});
