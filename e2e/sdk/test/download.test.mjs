import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { clientFor, refusal, upload } from '../support/client.mjs';
import { real } from '../support/corpus.mjs';
import { startServer } from '../support/server.mjs';

describe('downloads', () => {
  let server;
  let client;
  let photo;
  let bytes;
  let secret;
  before(async () => {
    server = await startServer();
    client = clientFor(server);
    bytes = await real('scikit-image/rocket.jpg');
    photo = await upload(client, bytes, 'image/jpeg', { fileName: 'Rakete 🚀.jpg' });
    secret = await upload(client, bytes, 'image/jpeg', { fileName: 'secret.jpg', private: true });
  });
  after(() => server.stop());

  const body = async (reply) => Buffer.from(await reply.arrayBuffer());

  it('serves originals as caches and players want them', async () => {
    const whole = await fetch(photo.url);
    assert.equal(whole.headers.get('content-type'), 'image/jpeg');
    assert.match(whole.headers.get('cache-control'), /immutable/);
    assert.equal(whole.headers.get('access-control-allow-origin'), '*');
    assert.equal(whole.headers.get('x-content-type-options'), 'nosniff');
    assert.ok(whole.headers.get('x-wix-request-id'));
    const etag = whole.headers.get('etag');
    const head = await fetch(photo.url, { method: 'HEAD' });
    assert.equal(head.headers.get('content-length'), String(bytes.length));
    assert.equal((await fetch(photo.url, { headers: { 'If-None-Match': etag } })).status, 304);
    const part = await fetch(photo.url, { headers: { Range: 'bytes=100-199' } });
    assert.equal(part.status, 206);
    assert.equal(part.headers.get('content-range'), `bytes 100-199/${bytes.length}`);
    assert.deepEqual(await body(part), bytes.subarray(100, 200));
    const stale = await fetch(photo.url, { headers: { Range: 'bytes=0-1', 'If-Range': '"other"' } });
    assert.equal(stale.status, 200);
    const fresh = await fetch(photo.url, { headers: { Range: 'bytes=-5', 'If-Range': etag } });
    assert.deepEqual(await body(fresh), bytes.subarray(-5));
    const outside = await fetch(photo.url, { headers: { Range: `bytes=${bytes.length}-` } });
    assert.equal(outside.status, 416);
    assert.equal(outside.headers.get('content-range'), `bytes */${bytes.length}`);
    const many = await fetch(photo.url, { headers: { Range: 'bytes=0-3,10-13' } });
    assert.match(many.headers.get('content-type'), /^multipart\/byteranges; boundary=/);
    const parts = await body(many);
    assert.equal(parts.length, Number(many.headers.get('content-length')));
    assert.ok(parts.includes(bytes.subarray(10, 14)));
  });

  it('makes links to assets that carry what they allow', async () => {
    const { downloadUrls } = await client.files.generateFileDownloadUrl(photo.id, {
      downloadFileName: '夏 "x".jpg', expirationInMinutes: 5, expirationRedirectUrl: 'https://example.org/late', contentDisposition: 'ATTACHMENT',
    });
    assert.deepEqual(downloadUrls.map(({ assetKey }) => assetKey), ['src']);
    const url = new URL(downloadUrls[0].url);
    const claims = JSON.parse(Buffer.from(url.searchParams.get('token').split('.')[1], 'base64url'));
    assert.deepEqual(claims.aud, ['urn:service:file.download']);
    assert.equal(claims.obj[0][0].path, `/media/${photo.id}`);
    assert.equal(claims.exp - claims.iat, 300);
    assert.equal(claims.red, 'https://example.org/late');
    const reply = await fetch(url);
    assert.deepEqual(await body(reply), bytes);
    assert.match(reply.headers.get('content-disposition'), /^attachment; filename="_ _x_\.jpg"; filename\*=UTF-8''%E5%A4%8F%20%22x%22\.jpg$/);
    const inline = await client.files.generateFileDownloadUrl(photo.id, { contentDisposition: 'INLINE' });
    assert.match((await fetch(inline.downloadUrls[0].url)).headers.get('content-disposition'), /^inline; .*Rakete/);
    const refused = await refusal(() => client.files.generateFileDownloadUrl(photo.id, { assetKeys: ['src', '720p.mp4'] }));
    assert.equal(refused.rule, 'INVALID_ASSET_KEY');
    assert.deepEqual(refused.data.allowedValues, ['src']);
    assert.equal((await refusal(() => client.files.generateFileDownloadUrl(photo.id, { expirationInMinutes: 0 }))).rule, 'INVALID_VALUE');
    assert.equal((await refusal(() => client.files.generateFileDownloadUrl(photo.id, { expirationInMinutes: 525601 }))).rule, 'INVALID_VALUE');
  });

  it('refuses links that were changed or belong to another file', async () => {
    const { downloadUrls: [{ url }] } = await client.files.generateFileDownloadUrl(photo.id);
    for (const changed of [url.slice(0, -10), url.replace(photo.id, secret.id), url.replace('token=', 'token=x'), url.split('?')[0]]) {
      const reply = await fetch(changed);
      assert.ok([400, 403].includes(reply.status), changed);
    }
  });

  it('keeps private files private', async () => {
    assert.equal((await fetch(secret.url)).status, 403);
    assert.equal((await fetch(`${secret.url}/v1/fit/w_10,h_10/x.jpg`)).status, 403);
    assert.equal(secret.media.image.image.url, '');
    assert.ok(secret.media.image.previewImage.urlExpirationDate);
    assert.equal((await fetch(secret.thumbnailUrl)).status, 200);
    const { downloadUrls: [{ url }] } = await client.files.generateFileDownloadUrl(secret.id);
    assert.deepEqual(await body(await fetch(url)), bytes);
  });

  it('zips many files into exactly as many bytes as it says, from any place on', async () => {
    const notes = [];
    for (const name of ['a.txt', 'a.txt', '../up.txt', '猫.txt']) {
      notes.push(await upload(client, Buffer.from(name.repeat(1000)), 'text/plain', { fileName: 'x.txt' }));
      await client.files.updateFileDescriptor({ _id: notes.at(-1).id, displayName: name });
    }
    const { downloadUrl } = await client.files.generateFilesDownloadUrl([photo.id, ...notes.map(({ id }) => id)]);
    assert.match(downloadUrl, /\/archive\/[0-9a-f]{32}$/);
    const reply = await fetch(downloadUrl);
    const zip = await body(reply);
    assert.equal(zip.length, Number(reply.headers.get('content-length')));
    const rest = await fetch(downloadUrl, { headers: { Range: 'bytes=1000-', 'If-Range': reply.headers.get('etag') } });
    assert.equal(rest.status, 206);
    assert.deepEqual(await body(rest), zip.subarray(1000));
    const dir = mkdtempSync(join(tmpdir(), 'zip-'));
    writeFileSync(join(dir, 'x.zip'), zip);
    execFileSync('unzip', ['-q', 'x.zip', '-d', 'out'], { cwd: dir });
    const names = readdirSync(join(dir, 'out')).sort();
    assert.deepEqual(names, ['Rakete 🚀.jpg', '_up.txt', 'a (2).txt', 'a.txt', '猫.txt'].sort());
    assert.deepEqual(readFileSync(join(dir, 'out', 'Rakete 🚀.jpg')), bytes);
    assert.equal(readFileSync(join(dir, 'out', 'a (2).txt'), 'utf8'), 'a.txt'.repeat(1000));

    await client.files.bulkDeleteFiles([notes[3].id], { permanent: true });
    const later = await body(await fetch(downloadUrl));
    writeFileSync(join(dir, 'y.zip'), later);
    execFileSync('unzip', ['-q', 'y.zip', '-d', 'later'], { cwd: dir });
    assert.ok(readFileSync(join(dir, 'later', 'MISSING FILES.txt'), 'utf8').includes(notes[3].id));
    assert.ok(!readdirSync(join(dir, 'later')).includes('猫.txt'));
  });

  it('refuses a zip with a private file in it', async () => {
    const refused = await refusal(() => client.files.generateFilesDownloadUrl([photo.id, secret.id]));
    assert.equal(refused.rule, 'PRIVATE_FILE_NOT_ALLOWED');
    assert.equal(refused.field, 'fileIds[1]');
  });
});
