// Our npm package: where calls go, and with what rights.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { communicationChannelsMedia as channels } from '@wix/comm-channels-media';
import { auth } from '@wix/essentials';
import { files } from '@wix/media';
import { createClient } from '@wix/sdk';
import { selfHosted } from 'media-manager-client';
import { startServer } from '../../sdk/support/server.mjs';

const run = promisify(execFile);

/** Runs a script in a process of its own. */
const node = (script, env, ...options) =>
  run(process.execPath, [...options, '--input-type=module', '--eval', script], { env: { ...process.env, ...env } });

describe('the client package', () => {
  let server;
  let media;
  before(async () => {
    server = await startServer();
    media = selfHosted(server);
  });
  after(() => server.stop());

  /** A client with the key that the first start made. */
  const withKey = (modules) =>
    createClient({ modules, host: media.host, fetch: media.fetch, auth: media.apiKey(server) });

  it('brings the published modules to a server without TLS', async () => {
    const client = withKey({ files, channels });
    const { uploadUrl } = await client.files.generateFileUploadUrl('text/plain', { fileName: 'note.txt' });
    const { file } = await (await fetch(uploadUrl, { method: 'PUT', body: 'A note.' })).json();
    assert.equal((await client.files.getFileDescriptor(file.id)).displayName, 'note.txt');
    const { totalUsage } = await client.channels.getStorageQuota();
    assert.equal(totalUsage, '7');
    const reply = await client.fetchWithAuth(new Request(`${server.url}/site-media/v1/files/search`, { method: 'POST', body: '{}' }));
    assert.equal((await reply.json()).files.length, 1);
  });

  it('sends nothing to anybody else', async () => {
    let asked = 0;
    const other = createServer((request, response) => { asked += 1; response.end('{}'); });
    await new Promise((resolve) => { other.listen(0, '127.0.0.1', resolve); });
    const elsewhere = `http://127.0.0.1:${other.address().port}/site-media/v1/files`;
    const client = withKey({ files });
    for (const url of [elsewhere, new URL(elsewhere), new Request(elsewhere), 'https://www.wixapis.com/site-media/v1/files']) {
      await assert.rejects(() => client.fetchWithAuth(url), { name: 'TypeError', message: new RegExp(`calls ${server.url} alone`) });
    }
    assert.equal(asked, 0);
    await new Promise((resolve) => { other.close(resolve); });
  });

  it('takes the origin of a server and nothing else', () => {
    for (const url of ['ftp://127.0.0.1', 'http://127.0.0.1/media', 'http://u:secret@127.0.0.1', 'http://127.0.0.1/?a=b']) {
      assert.throws(() => selfHosted({ url }), (error) => error instanceof TypeError && !error.message.includes('secret'), url);
    }
    for (const url of ['http://media.example.org', 'https://media.example.org:8443/', new URL('http://[::1]:8080')]) {
      assert.equal(selfHosted({ url }).host.apiBaseUrl, new URL(url).host);
    }
  });

  it('speaks the protocol of the URL', async (context) => {
    const asked = [];
    context.mock.method(globalThis, 'fetch', async (url) => { asked.push(String(url)); return new Response('{"files":[]}'); });
    for (const url of ['http://media.example.org', 'https://media.example.org', 'http://media.example.org:443']) {
      const there = selfHosted({ url });
      const client = createClient({ modules: { files }, host: there.host, fetch: there.fetch, auth: there.apiKey({ apiKey: 'k' }) });
      await client.files.listFiles();
    }
    const path = '/wix-privatemedia-proxy-server/v1/files';
    assert.deepEqual(asked, [
      `http://media.example.org${path}`, `https://media.example.org${path}`, `http://media.example.org:443${path}`,
    ]);
  });

  it('reaches a server with TLS', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'media-manager-tls-'));
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
    await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert, ...subject]);
    const secure = await startServer({ args: ['--tls-cert', cert, '--tls-key', key] });
    const script = `
      import { createClient } from '@wix/sdk';
      import { files } from '@wix/media';
      import { selfHosted } from 'media-manager-client';
      const { host, fetch, apiKey } = selfHosted({ url: process.env.URL });
      const client = createClient({ modules: { files }, host, fetch, auth: apiKey({ apiKey: process.env.KEY }) });
      const { uploadUrl } = await client.files.generateFileUploadUrl('text/plain', { fileName: 'note.txt' });
      await globalThis.fetch(uploadUrl, { method: 'PUT', body: 'A note.' });
      console.log((await client.files.searchFiles()).files[0].url);`;
    const { stdout } = await node(script, { URL: secure.url, KEY: secure.apiKey, NODE_EXTRA_CA_CERTS: cert });
    assert.match(stdout, /^https:\/\/127\.0\.0\.1:\d+\/ugd\//);
    await secure.stop();
    await rm(folder, { recursive: true });
  });

  it('serves methods without a client, and their elevated copies, once its context is enabled', async () => {
    withKey().enableContext('global');
    withKey().enableContext('global', { elevated: true });
    try {
      assert.equal((await files.searchFiles()).files.length, 1);
      assert.equal((await auth.elevate(files.searchFiles)()).files.length, 1);
    } finally {
      delete globalThis.__wix_context__;
    }
  });

  it('stands in for the modules of a hosted site when Node is started with its hook', async () => {
    const script = `
      import { createClient } from '@wix/sdk';
      import { selfHosted } from 'media-manager-client';
      import { files } from 'wix-media.v2';
      import { elevate } from 'wix-auth';
      const { host, fetch, apiKey } = selfHosted({ url: process.env.URL });
      createClient({ host, fetch, auth: apiKey({ apiKey: process.env.KEY }) }).enableContext('global', { elevated: true });
      console.log((await elevate(files.searchFiles)()).files.length);`;
    const { stdout } = await node(script, { URL: server.url, KEY: server.apiKey }, '--import', 'media-manager-client/register');
    assert.equal(stdout, '1\n');
  });
});
