// The examples are those of the pages: all of them, and word for word.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { names, read } from '../support/example.mjs';

const folder = process.env.MEDIA_MANAGER_REFERENCE;

/** Of a page whose blanks were lost, and with them its line breaks. */
const words = (text) => text.replace(/\s+/g, ' ').trim();

/** The examples of a page: between fences, or behind the line that names their language. */
function examplesOf(page) {
  const fenced = [...page.matchAll(/```(?:curl|javascript) (.*?)```/gs)].map(([, code]) => code);
  const lines = [...page.matchAll(/^(?:JavaScript|Copy)\n(import .*)$/gm)].map(([, code]) => code);
  return [...fenced, ...lines].map(words);
}

it('the examples are those of the pages', { skip: !folder && 'MEDIA_MANAGER_REFERENCE names no folder' }, async () => {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.txt'));
  const pages = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  const ours = await Promise.all((await names()).map(read));
  assert.deepEqual(ours.map(words).sort(), pages.flatMap(examplesOf).sort());
});
