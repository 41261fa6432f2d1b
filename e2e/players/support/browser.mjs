// Players in Chromium, on a page whose origin is not that of the media.
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM;
if (!executablePath) throw new Error('CHROMIUM is not set: run e2e/players/run.sh, or set it to what `command -v chromium` prints');

const libraries = {
  plain: null,
  hls: 'hls.js/dist/hls.min.js',
  shaka: 'shaka-player/dist/shaka-player.compiled.js',
  dashjs: 'dashjs/dist/modern/umd/dash.all.min.js',
  videojs: 'video.js/dist/video.min.js',
};
const page = (player) => `<!doctype html><meta charset="utf-8"><title>${player}</title><link rel="icon" href="data:,">
<video playsinline></video><audio></audio>${libraries[player] ? `<script src="/${player}.js"></script>` : ''}<script src="/page.js"></script>`;

/** A browser: `open(player)` gives a page with that player and what it asked for; `stop()` ends all. */
export async function startBrowser() {
  const site = createServer(async ({ url }, reply) => {
    const name = url.slice(1).replace('.js', '');
    if (!url.endsWith('.js')) return reply.setHeader('Content-Type', 'text/html').end(page(name));
    const path = name === 'page' ? new URL('page.js', import.meta.url) : new URL(`../node_modules/${libraries[name]}`, import.meta.url);
    return reply.setHeader('Content-Type', 'text/javascript').end(await readFile(path));
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  const origin = `http://127.0.0.1:${site.address().port}`;
  const home = await mkdtemp(join(tmpdir(), 'media-manager-chromium-'));
  const close = async () => {
    await new Promise((resolve) => { site.close(resolve); site.closeAllConnections(); });
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  const browser = await chromium.launch({
    executablePath,
    chromiumSandbox: process.getuid() !== 0, // Root's isn't started with one.
    args: ['--autoplay-policy=no-user-gesture-required'],
    env: { ...process.env, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
  }).catch(async (error) => { await close(); throw error; });
  return {
    origin,
    async open(player) {
      const context = await browser.newContext();
      const tab = await context.newPage();
      tab.setDefaultTimeout(30_000);
      const replies = [];
      const complaints = [];
      const foreign = (url) => url.startsWith('http') && new URL(url).origin !== origin;
      tab.on('response', (response) => {
        if (foreign(response.url())) replies.push({ url: response.url(), status: response.status(), headers: response.headers() });
      });
      tab.on('requestfailed', (request) => {
        // A player breaks off what it no longer wants.
        if (foreign(request.url()) && request.failure().errorText !== 'net::ERR_ABORTED') complaints.push(`${request.url()}: ${request.failure().errorText}`);
      });
      tab.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
      tab.on('pageerror', (error) => complaints.push(String(error)));
      await tab.goto(`${origin}/${player}`);
      const call = (name, ...args) => tab.evaluate(([method, values]) => window.harness[method](...values), [name, args]);
      return {
        tab,
        call,
        replies,
        complaints,
        errors: () => tab.evaluate(() => window.harness.errors),
        close: () => context.close(),
      };
    },
    async stop() {
      await browser.close();
      await close();
    },
  };
}
