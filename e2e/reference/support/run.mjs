// Runs one example.
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const FOLDER = new URL('../run/', import.meta.url);
const execute = promisify(execFile);
let count = 0;

/** Puts code where it finds the installed packages, and loads it. */
export async function load(code, file = `${(count += 1)}.mjs`) {
  await mkdir(FOLDER, { recursive: true });
  const url = new URL(file, FOLDER);
  await writeFile(url, code);
  return import(url);
}

/** Calls a function whose author wrote to the console what went wrong; what it gave, and what it wrote there as an error. */
export async function quietly(call) {
  const { log, error } = console;
  const errors = [];
  console.log = () => {};
  console.error = (...args) => errors.push(...args);
  try {
    return { value: await call(), errors };
  } finally {
    Object.assign(console, { log, error });
  }
}

/** The reply to a command line, as JSON. */
export async function shell(command) {
  const { stdout } = await execute('bash', ['-c', command]);
  return JSON.parse(stdout);
}
