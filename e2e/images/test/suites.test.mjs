// Pictures whose authors say, pixel by pixel, how they look.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import sharp from 'sharp';
import { folder } from '../../sdk/support/corpus.mjs';
import { typeOf } from '../support/awkward.mjs';
import { shown, startLibrary } from '../support/library.mjs';
import { difference, pixels } from '../support/likeness.mjs';

/** Without a pixel, with an extension that nobody knows, and with data that end early: FAILED. */
const unusable = new Set([
  'image-zero-height.gif', 'image-zero-size.gif', 'image-zero-width.gif', 'no-data.gif', 'unknown-extension.gif', 'bug696331.png',
]);
const place = join(folder, 'gdk-pixbuf-tests');
const read = (...path) => readFile(join(place, ...path));

/** Sections of `key = value`. */
function sections(text) {
  const found = {};
  for (const line of text.split('\n')) {
    const [, name] = /^\[(.+)\]$/.exec(line) ?? [];
    const [, key, value] = /^(\S+) = (.*)$/.exec(line) ?? [];
    if (name) found[name] = {};
    else if (key) Object.values(found).at(-1)[key] = value;
  }
  return found;
}

/** What can't be seen has no colour. */
function seen(data) {
  const clean = Buffer.from(data);
  for (let at = 0; at < clean.length; at += 4) if (clean[at + 3] === 0) clean.fill(0, at, at + 3);
  return clean;
}

describe('pictures that say how they look', () => {
  let library;
  before(async () => {
    library = await startLibrary();
  });
  after(() => library.stop());

  it('GIFs of the test suite, frame by frame', async () => {
    const confs = (await readdir(join(place, 'gif-test-suite'))).filter((name) => name.endsWith('.conf'));
    let compared = 0;
    const wrong = [];
    for (const conf of confs) {
      const { config, ...frames } = sections(await read('gif-test-suite', conf).then(String));
      const listed = config.frames.split(',').filter(Boolean);
      const [width, height] = [Number(config.width), Number(config.height)];
      if (listed.length === 0 || Math.max(width, height) > 5000) continue;
      const bytes = await read('gif-test-suite', config.input);
      // Images without a delay are one picture there; browsers, and we, show one after the other.
      const pages = await sharp(bytes, { animated: true }).metadata().then((found) => found.pages ?? 1, () => 1);
      if (unusable.has(config.input) || pages !== listed.length) continue;
      await library.add(config.input, bytes, 'image/gif');
      for (const extension of listed.length > 1 ? ['png', 'gif'] : ['png']) {
        const reply = await shown(library.get(`${config.input}/v1/fit/w_${width},h_${height}/a.${extension}`));
        for (const [page, name] of (extension === 'gif' ? listed : listed.slice(0, 1)).entries()) {
          const expected = await read('gif-test-suite', frames[name].pixels);
          const got = await pixels(reply.bytes, { page });
          compared += 1;
          if (got.width !== width || got.height !== height || !seen(got.data).equals(seen(expected))) wrong.push(`${config.input} as ${extension}, frame ${page}`);
        }
      }
    }
    assert.ok(compared > 80, `${compared}`);
    assert.deepEqual(wrong, []);
  });

  it('those with a reference picture beside them', async () => {
    const named = (await readdir(join(place, 'reftests'))).filter((name) => !name.includes('.ref.') && typeOf(name) && !unusable.has(name));
    for (const name of named) {
      await library.add(name, await read('reftests', name), typeOf(name));
      const expected = await pixels(await read('reftests', `${name}.ref.png`));
      const reply = await shown(library.get(`${name}/v1/fit/w_${expected.width},h_${expected.height}/a.png`));
      const { largest } = difference({ ...await pixels(reply.bytes) }, expected);
      assert.equal(largest, 0, name);
    }
    assert.ok(named.length >= 4, named.join(' '));
  });
});
