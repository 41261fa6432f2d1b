// A page in Chromium, served from an origin of its own.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

const HTML = '<!doctype html><meta charset="utf-8"><title>Upload</title><link rel="icon" href="data:,"><input type="file"><script src="/page.js"></script>';

const executablePath = process.env.CHROMIUM;
if (!executablePath) throw new Error('CHROMIUM is not set: run e2e/tus/run.sh, or set it to what `command -v chromium` prints');

/** A browser that keeps what it keeps in `home`: `open()` gives a page and the `complaints` of its console; `stop()` ends all. */
export async function startBrowser(home) {
  const { outputFiles: [script] } = await build({
    entryPoints: [new URL('page.js', import.meta.url).pathname], bundle: true, format: 'iife', write: false,
  });
  const site = createServer(({ url }, reply) => {
    if (url === '/page.js') reply.setHeader('Content-Type', 'text/javascript').end(script.text);
    else reply.setHeader('Content-Type', 'text/html').end(HTML);
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  const origin = `http://127.0.0.1:${site.address().port}`;
  const close = () => new Promise((resolve) => { site.close(resolve); site.closeAllConnections(); });
  const browser = await chromium.launch({
    executablePath,
    chromiumSandbox: process.getuid() !== 0, // Root's isn't started with one.
    env: { ...process.env, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
  }).catch(async (error) => { await close(); throw error; });
  return {
    origin,
    async open() {
      const page = await (await browser.newContext()).newPage();
      page.setDefaultTimeout(10_000);
      const complaints = [];
      page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text()); });
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(origin);
      return { page, complaints };
    },
    async stop() {
      await browser.close();
      await close();
    },
  };
}

/** A network for `page`: `limit(bytes)` lets so many out in a second, `cut()` none. */
export async function network(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const emulate = (offline, uploadThroughput) =>
    session.send('Network.emulateNetworkConditions', { offline, latency: 0, downloadThroughput: -1, uploadThroughput });
  return { limit: (bytes) => emulate(false, bytes), cut: () => emulate(true, -1) };
}
