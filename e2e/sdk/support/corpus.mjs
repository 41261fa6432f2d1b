// Real files, brought by scripts/corpus.sh.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const folder = process.env.MEDIA_MANAGER_CORPUS;
if (!folder) throw new Error('MEDIA_MANAGER_CORPUS is not set: run e2e/sdk/run.sh, or set it to what scripts/corpus.sh prints');

/** The bytes of a file of the corpus. */
export const real = (path) => readFile(join(folder, path));
