// Starts the release binary on free ports and a folder of its own, and stops it in good order.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const BINARY = process.env.MEDIA_MANAGER_BIN ?? new URL('../../../target/release/media-manager', import.meta.url).pathname;
const run = promisify(execFile);

/** A running server: `url`, `ops`, `siteId`, `apiKey`, and how to administer, stop and kill it. */
export async function startServer({ args = [], env = {}, dataDir } = {}) {
  const dir = dataDir ?? (await mkdtemp(join(tmpdir(), 'media-manager-')));
  // Machines that look at pictures change files when nobody expects it; tests about them switch them on.
  const child = spawn(BINARY, [
    'serve', '--data-dir', dir, '--listen', '127.0.0.1:0', '--ops-listen', '127.0.0.1:0', '--rate-limit', 'off', ...args,
  ], { env: { ...process.env, MEDIA_MANAGER_ANNOTATIONS: 'off', ...env } });
  let out = '';
  let log = '';
  child.stderr.on('data', (chunk) => { log += chunk; });
  const exited = new Promise((resolve) => child.on('exit', (code, signal) => resolve(code ?? signal)));
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      out += chunk;
      if (out.includes('Three commands')) resolve();
    });
    exited.then((code) => reject(new Error(`the server ended with ${code}:\n${out}${log}`)));
  });
  const credentials = JSON.parse(await readFile(join(dir, 'credentials.json'), 'utf8'));
  return {
    ...credentials,
    dir,
    url: /address +(\S+)/.exec(out)[1],
    ops: /health +(\S+)\/readyz/.exec(out)[1],
    pid: child.pid,
    log: () => log,
    /** Runs a command of the binary on the same data; its JSON. */
    async admin(...command) {
      const { stdout } = await run(BINARY, [...command, '--data-dir', dir, '--json']);
      return JSON.parse(stdout);
    },
    async stop() {
      child.kill('SIGTERM');
      const code = await exited;
      if (!dataDir) await rm(dir, { recursive: true, force: true });
      if (code !== 0) throw new Error(`the server ended with ${code}:\n${log}`);
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
