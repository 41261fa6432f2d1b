// How often, and how much at the same time: limits of keys, of addresses and of sites, as clients meet them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import https from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { clientFor, put, refusal, upload } from '../support/client.mjs';
import { startServer } from '../support/server.mjs';
import { keyOf, newSite } from '../support/site.mjs';
import { pause } from '../support/until.mjs';

/** Calls until it is refused; how often that went well, and the refusal. */
async function untilRefused(call, most = 100) {
  for (let done = 0; done < most; done += 1) {
    const outcome = await refusal(call).catch((error) => error);
    if (outcome.code === 'RESOURCE_EXHAUSTED') return { done, ...outcome };
  }
  throw new Error(`the call was not refused ${most} times`);
}

/** A plain call with these headers: its status, and when to try again. */
async function list(server, headers) {
  const reply = await fetch(`${server.url}/site-media/v1/files`, { headers });
  const { details } = await reply.json();
  return { status: reply.status, code: details?.applicationError?.code, retryAfter: reply.headers.get('retry-after') };
}

describe('the rate of a key', () => {
  let server;
  before(async () => { server = await startServer({ args: ['--rate-limit', '2:10'] }); });
  after(() => server.stop());

  it('is kept, tells when to come back, and is no other key\'s', async () => {
    const { client, siteId, apiKey } = await newSite(server);
    const { done, error } = await untilRefused(() => client.files.listFiles());
    assert.ok(done >= 10 && done < 20, `${done} calls went well`);
    assert.equal(error.status, 429);
    const refused = await list(server, { Authorization: apiKey });
    assert.deepEqual(refused, { status: 429, code: 'RESOURCE_EXHAUSTED', retryAfter: '1' });
    assert.equal((await list(server, { Authorization: `Bearer ${apiKey}` })).status, 429, 'however it is written');

    const other = clientFor(server, { siteId, apiKey: (await keyOf(server, siteId, 'DC-MEDIA.READ-MEDIAMANAGER')).apiKey });
    assert.deepEqual((await other.files.listFiles()).files, []);

    await pause(1000 * Number(refused.retryAfter));
    assert.deepEqual((await client.files.listFiles()).files, [], 'after the time that it said');
  });

  it('doesn\'t count what is uploaded and downloaded', async () => {
    const { client } = await newSite(server);
    const file = await upload(client, Buffer.from('x'), 'text/plain', { fileName: 'x.txt' });
    for (let times = 0; times < 30; times += 1) assert.equal((await fetch(file.url)).status, 200);
    const urls = await Promise.all([1, 2, 3].map(() => client.files.generateFileUploadUrl('text/plain', { fileName: 'y.txt' })));
    await untilRefused(() => client.files.listFiles());
    for (const { uploadUrl } of urls) assert.equal((await fetch(uploadUrl, { method: 'PUT', body: 'y' })).status, 200);
  });

  it('limits the live feed too', async () => {
    const { client, apiKey } = await newSite(server);
    await untilRefused(() => client.files.listFiles());
    assert.equal((await fetch(`${server.url}/site-media/v1/files/events`, { headers: { Authorization: apiKey } })).status, 429);
  });
});

describe('the rate of an address', () => {
  const RATE = ['--rate-limit-address', '1:10', '--rate-limit', '1000:1000'];

  it('makes guesses slow, whatever they say of where they come from, and harms no key that was good', async () => {
    const server = await startServer({ args: RATE });
    const { client } = await newSite(server);
    await client.files.listFiles();
    let guesses = 0;
    const guess = () => clientFor(server, { apiKey: `guess ${guesses += 1}` }).files.listFiles();
    const { done, error } = await untilRefused(guess);
    assert.ok(done >= 9 && done < 15, `${done} guesses were looked at`);
    assert.equal(error.status, 429);
    for (const headers of [{}, { 'X-Forwarded-For': '192.0.2.1' }, { Forwarded: 'for=192.0.2.1', 'X-Real-IP': '192.0.2.1' }]) {
      assert.equal((await list(server, { Authorization: 'wrong', ...headers })).status, 429);
    }
    for (let times = 0; times < 30; times += 1) await client.files.listFiles();
    await server.stop();
  });

  it('counts what shows a token or a secret in its body', async () => {
    const server = await startServer({ args: RATE });
    const ask = async (path, body) => {
      const reply = await fetch(`${server.url}${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
      return { status: reply.status, wait: reply.headers.get('retry-after') };
    };
    const guesses = [
      ['/oauth2/token-info', { token: 'guess' }, 200],
      ['/oauth2/token', { grant_type: 'client_credentials', client_id: 'x', client_secret: 'guess' }, 401],
      ['/oauth/access', { grant_type: 'refresh_token', refresh_token: 'guess' }, 400],
      ['/oauth2/revoke', { token: 'x', client_secret: 'guess' }, 401],
    ];
    for (let times = 0; times < 2; times += 1) {
      for (const [path, body, status] of guesses) assert.equal((await ask(path, body)).status, status, path);
    }
    await untilRefused(() => clientFor(server, { apiKey: 'guess' }).files.listFiles());
    for (const [path, body] of guesses) assert.deepEqual(await ask(path, body), { status: 429, wait: '1' }, path);
    await server.stop();
  });

  it('is that of the client behind a trusted proxy', async () => {
    const server = await startServer({ args: [...RATE, '--trusted-proxies', '127.0.0.0/8,10.0.0.0/8'] });
    const from = async (forwarded) => (await list(server, { Authorization: 'wrong', 'X-Forwarded-For': forwarded })).status;
    for (let times = 0; times < 10; times += 1) assert.equal(await from('192.0.2.1'), 401);
    assert.equal(await from('192.0.2.1'), 429);
    assert.equal(await from('203.0.113.5, 192.0.2.1, 10.0.0.7'), 429, 'what the client wrote itself is not believed');
    assert.equal(await from('192.0.2.2'), 401);
    for (let times = 0; times < 10; times += 1) await from(`2001:db8:1:2::${times}`);
    assert.equal(await from('2001:db8:1:2:ffff::1'), 429, 'an IPv6 client has a whole network');
    assert.equal(await from('2001:db8:1:3::1'), 401);
    await server.stop();
  });
});

describe('the rate of an address over TLS', () => {
  it('is that of the client behind a trusted proxy, too', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'media-manager-'));
    const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-keyout', key, '-out', cert], { stdio: 'ignore' });
    const server = await startServer({ args: ['--tls-key', key, '--tls-cert', cert, '--rate-limit', '9:9', '--rate-limit-address', '1:2', '--trusted-proxies', '127.0.0.1'] });
    const from = (forwarded) => new Promise((resolve, reject) => {
      const headers = { Authorization: 'wrong', 'X-Forwarded-For': forwarded };
      https.get(`${server.url}/site-media/v1/files`, { headers, rejectUnauthorized: false }, (reply) => resolve(reply.resume().statusCode)).on('error', reject);
    });
    const statuses = [];
    for (const address of ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2']) statuses.push(await from(address));
    assert.deepEqual(statuses, [401, 401, 429, 401]);
    await server.stop();
    await rm(dir, { recursive: true });
  });
});

describe('what a site does at the same time', () => {
  let server;
  before(async () => {
    server = await startServer({ args: ['--rate-limit', '100000:100000', '--concurrency-uploads', '2', '--concurrency-calls', '1'] });
  });
  after(() => server.stop());

  /** Begins to send a body and doesn't go on; `leave` hangs up. */
  async function stall(url) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`PUT ${new URL(url).pathname} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nhello`);
    await pause(300);
    return () => socket.destroy();
  }

  it('is limited for uploads, and no other site waits for it', async () => {
    const { client } = await newSite(server);
    const urlOf = async () => (await client.files.generateFileUploadUrl('text/plain', { fileName: 'slow.txt' })).uploadUrl;
    const leave = [await stall(await urlOf()), await stall(await urlOf())];
    const url = await urlOf();
    const refused = await fetch(url, { method: 'PUT', body: 'hello' });
    assert.equal(refused.status, 429);
    assert.equal(refused.headers.get('retry-after'), '1');
    assert.match(refused.headers.get('access-control-expose-headers'), /Retry-After/, 'pages can read it');
    assert.equal((await refused.json()).details.applicationError.code, 'RESOURCE_EXHAUSTED');

    const { uploadUrl, uploadToken } = await client.files.generateFileResumableUploadUrl('text/plain', { fileName: 't.txt' });
    const headers = { 'Tus-Resumable': '1.0.0', 'Upload-Length': '5', 'Upload-Metadata': `token ${btoa(uploadToken)}` };
    const begun = await fetch(uploadUrl, { method: 'POST', headers });
    assert.equal(begun.status, 503, 'TUS clients try again by themselves');
    assert.equal(begun.headers.get('retry-after'), '1');

    const other = await newSite(server);
    const began = performance.now();
    assert.equal((await put(other.client, Buffer.from('hello'), 'text/plain', { fileName: 'o.txt' })).status, 200);
    assert.ok(performance.now() - began < 900, 'nobody waits in another site\'s queue');

    const waiting = fetch(url, { method: 'PUT', body: 'hello' });
    await pause(200);
    leave.forEach((each) => each());
    assert.equal((await waiting).status, 200, 'who waits gets the place that becomes free');
  });

  it('is limited for calls, which wait their turn', async () => {
    const { client } = await newSite(server);
    const lists = await Promise.all(Array.from({ length: 4 }, () => client.files.listFiles()));
    assert.equal(lists.length, 4);
  });
});

describe('--rate-limit off', () => {
  it('lifts all of them', async () => {
    const limits = ['--rate-limit-address', '1:1', '--concurrency-calls', '1', '--concurrency-uploads', '1'];
    const server = await startServer({ args: [...limits, '--rate-limit', '1:1', '--rate-limit', 'off'] });
    const client = clientFor(server);
    await Promise.all(Array.from({ length: 200 }, () => client.files.listFiles()));
    await Promise.all(Array.from({ length: 20 }, () => upload(client, Buffer.from('x'), 'text/plain', { fileName: 'x.txt' })));
    for (let times = 0; times < 20; times += 1) assert.equal((await list(server, { Authorization: 'wrong' })).status, 401);
    await server.stop();
  });
});
