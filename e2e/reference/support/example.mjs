// The examples of examples/: code, sample values and the promised value, each as the page has it but for its line breaks.
import { readdir, readFile } from 'node:fs/promises';
import { runInNewContext } from 'node:vm';

const FOLDER = new URL('../examples/', import.meta.url);

/** The examples by their names, such as `velo.files/listFiles.js`. */
export async function names() {
  const found = await readdir(FOLDER, { recursive: true });
  return found.filter((name) => /\.(js|sh)$/.test(name)).sort();
}

export const read = (name) => readFile(new URL(name, FOLDER), 'utf8');

const withoutStars = (comment) => comment.replace(/^ \* ?/gm, '');

/** The sample values that the example names, in order. */
export function samples(text) {
  const comment = /\/\* (Sample [\s\S]*?)\*\//.exec(text)?.[1] ?? '';
  return withoutStars(comment)
    .split(/Sample \w+ value:/)
    .slice(1)
    .map((value) => structuredClone(runInNewContext(`(${value})`)));
}

/** What the example says its promise resolves to: undefined for void, null when it says nothing. */
export function promised(text) {
  const comment = /\/\* Promise resolves to:?([\s\S]*?)\*\//.exec(text)?.[1];
  if (comment === undefined) return null;
  const value = withoutStars(comment).trim();
  return value === 'void' ? undefined : JSON.parse(value);
}

/** The functions that the example declares. */
export const functions = (text) => [...text.matchAll(/^async function (\w+)/gm)].map(([, name]) => name);
