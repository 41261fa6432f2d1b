import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { clientFor, put, refusal, settled, upload } from '../support/client.mjs';
import { real } from '../support/corpus.mjs';
import { startServer } from '../support/server.mjs';

describe('uploads', () => {
  let server;
  let client;
  before(async () => {
    server = await startServer();
    client = clientFor(server);
  });
  after(() => server.stop());

  it('takes a photograph in and understands it before the reply', async () => {
    const bytes = await real('scikit-image/rocket.jpg');
    const file = await upload(client, bytes, 'image/jpeg', {
      fileName: 'rocket.jpg', labels: ['space', ' space ', 'red'], filePath: '/photos/2024', sizeInBytes: String(bytes.length),
    });
    assert.match(file.id, /^[0-9a-f]{6}_[0-9a-f]{32}~mv2\.jpg$/);
    assert.equal(file.displayName, 'rocket.jpg');
    assert.equal(file.operationStatus, 'READY');
    assert.equal(file.mediaType, 'IMAGE');
    assert.equal(file.sizeInBytes, String(bytes.length));
    assert.match(file.hash, /^[0-9a-f]{32}$/);
    assert.deepEqual(file.labels, ['space', 'red']);
    assert.deepEqual(file.internalTags, ['_fileOrigin_uploaded']);
    assert.equal(file.addedBy.identityType, 'APP');
    assert.equal(file.siteId, server.siteId);
    assert.equal(file.state, 'OK');
    assert.match(file.parentFolderId, /^[0-9a-f]{32}$/);
    const { image } = file.media;
    assert.deepEqual([image.image.width, image.image.height], [640, 427]);
    assert.deepEqual(image.faces, []);
    assert.ok(image.colors.palette.length >= 5 && image.colors.palette.length <= 10);
    const served = await fetch(file.url);
    assert.equal(served.status, 200);
    assert.deepEqual(Buffer.from(await served.arrayBuffer()), bytes);
  });

  it('gives the SDK its wix:image string', async () => {
    const file = await upload(client, await real('scikit-image/chelsea.png'), 'image/png', { fileName: 'cat é.png' });
    const read = await client.files.getFileDescriptor(file.id);
    assert.equal(read._id, file.id);
    assert.equal(read.media.image.image, `wix:image://v1/${file.id}/${encodeURIComponent('cat é.png')}#originWidth=451&originHeight=300`);
    assert.ok(read._createdDate instanceof Date);
    assert.equal((await client.files.getFileDescriptor(read.media.image.image))._id, file.id);
  });

  it('knows the kinds of files by their content', async () => {
    const cases = [
      ['pillow/hopper.webp', 'image/webp', 'IMAGE', /~mv2\.webp$/, '/media/'],
      ['pillow/hopper.gif', 'image/gif', 'IMAGE', /~mv2\.gif$/, '/media/'],
      ['pillow/hopper.bmp', 'image/bmp', 'IMAGE', /~mv2\.bmp$/, '/media/'],
      ['pillow/hopper.ico', 'image/x-icon', 'IMAGE', /~mv2\.ico$/, '/media/'],
      ['pillow/hopper.tif', 'image/tiff', 'IMAGE', /~mv2\.tif$/, '/media/'],
      ['pillow/avif/hopper.avif', 'image/avif', 'IMAGE', /~mv2\.avif$/, '/media/'],
    ];
    for (const [path, mime, mediaType, suffix, host] of cases) {
      const file = await upload(client, await real(path), mime, { fileName: path.split('/').pop() });
      const ready = await settled(client, file.id);
      assert.equal(ready.operationStatus, 'READY', path);
      assert.equal(ready.mediaType, mediaType, path);
      assert.match(file.id, suffix, path);
      assert.ok(file.url.startsWith(server.url + host), path);
      assert.match(ready.media.image.image, /originWidth=[1-9]\d*&originHeight=[1-9]\d*$/, path);
    }
    const text = await upload(client, Buffer.from('hello'), 'text/plain', { fileName: 'a.txt' });
    assert.equal(text.mediaType, 'DOCUMENT');
    assert.match(text.media.document.url, /\/ugd\//);
    const zip = await upload(client, Buffer.from('504b0506' + '00'.repeat(18), 'hex'), 'application/zip', { fileName: 'a.zip' });
    assert.equal((await client.files.getFileDescriptor(zip.id)).media.archive._id, zip.id);
    const mp4 = Buffer.concat([Buffer.from('00000018', 'hex'), Buffer.from('ftypmp42'), Buffer.alloc(4), Buffer.from('mp42isom')]);
    const video = await upload(client, mp4, 'video/mp4', { fileName: 'empty.mp4' });
    assert.match(video.id, /^[0-9a-f]{6}_[0-9a-f]{32}$/);
    assert.match(video.url, /\/video\/[^/]+\/file$/);
    const { operationStatus, failure } = await settled(client, video.id);
    assert.deepEqual([operationStatus, failure.code], ['FAILED', 'UNREADABLE_FILE'], 'there is nothing in it');
    assert.equal((await refusal(() => client.files.generateVideoStreamingUrl(video.id))).rule, 'FILE_HAS_NO_STREAM');
    const svg = await upload(client, Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/svg+xml', { fileName: 'a.svg' });
    assert.equal(svg.mediaType, 'VECTOR');
    const served = await fetch(svg.url);
    assert.match(served.headers.get('content-disposition'), /^inline/);
    assert.match(served.headers.get('content-security-policy'), /sandbox/);
    assert.equal(svg.thumbnailUrl, svg.url);
    const icon = await fetch(zip.thumbnailUrl);
    assert.equal(icon.status, 200);
  });

  it('shows sizes as displayed, orientation applied', async () => {
    const file = await upload(client, await real('pillow/hopper_orientation_6.jpg'), 'image/jpeg', { fileName: 'turned.jpg' });
    assert.deepEqual([file.media.image.image.width, file.media.image.image.height], [128, 128]);
    const photo = await upload(client, await real('iscc-samples/image/demo.jpg'), 'image/jpeg', { fileName: 'demo.jpg' });
    assert.equal(photo.operationStatus, 'READY');
  });

  it('refuses what it does not take, with the documented codes', async () => {
    const rule = async (mime, options) => (await refusal(() => client.files.generateFileUploadUrl(mime, options))).rule;
    assert.equal(await rule('text/html', { fileName: 'a.html' }), 'UNSUPPORTED_FILE_FORMAT');
    assert.equal(await rule('application/octet-stream', {}), 'UNSUPPORTED_FILE_FORMAT');
    assert.equal(await rule('image/jpeg', { fileName: 'a.mp4' }), 'MISMATCH_MIME_TYPE');
    assert.equal(await rule('image/jpeg', { sizeInBytes: '0' }), 'ZERO_FILE_SIZE');
    assert.equal(await rule('image/jpeg', { sizeInBytes: '25000001' }), 'FILE_SIZE_OVER_LIMIT');
    assert.equal(await rule('image/jpeg', { parentFolderId: 'nowhere' }), 'RESOURCE_NOT_FOUND');
    assert.equal(await rule('image/jpeg', { filePath: '/a/../b' }), 'INVALID_PATH');
    const jpeg = await real('scikit-image/rocket.jpg');
    const code = async (...args) => {
      const reply = await put(client, ...args);
      assert.equal(reply.status, 400);
      return (await reply.json()).details.validationError.fieldViolations[0].ruleName;
    };
    assert.equal(await code(Buffer.alloc(0), 'image/jpeg'), 'ZERO_FILE_SIZE');
    assert.equal(await code(jpeg, 'image/jpeg', { sizeInBytes: '17' }), 'FILE_SIZE_MISMATCH');
    assert.equal(await code(Buffer.alloc(25_000_001, 1), 'image/jpeg'), 'FILE_SIZE_OVER_LIMIT');
    assert.equal(await code(jpeg, 'application/pdf', { fileName: 'a.pdf' }), 'MISMATCH_MIME_TYPE');
    assert.equal(await code(Buffer.from('<html><script>'), 'text/plain', { fileName: 'a.txt' }), 'UNSUPPORTED_FILE_FORMAT');
    const { files } = await client.files.searchFiles({ search: 'a.' });
    assert.ok(files.every((file) => file.operationStatus === 'READY'), 'nothing of a refused upload is left');
  });

  it('keeps a broken image, FAILED, and serves it as an attachment', async () => {
    const whole = await real('scikit-image/rocket.jpg');
    const file = await upload(client, whole.subarray(0, 20_000), 'image/jpeg', { fileName: 'broken.jpg' });
    const failed = await settled(client, file.id);
    assert.equal(failed.operationStatus, 'FAILED');
    const served = await fetch(file.url);
    assert.match(served.headers.get('content-disposition'), /^attachment/);
    assert.equal(Number(served.headers.get('content-length')), 20_000);
    assert.ok((await client.files.searchFiles({ search: 'broken' })).files.some(({ _id }) => _id === file.id));
  });

  it('is good for one file, and a broken-off body may be tried again', async () => {
    const { uploadUrl } = await client.files.generateFileUploadUrl('text/plain', { fileName: 'once.txt' });
    const { host, hostname, port, pathname } = new URL(uploadUrl);
    await new Promise((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(`PUT ${pathname} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 100\r\n\r\nonly this`);
        setTimeout(() => { socket.destroy(); resolve(); }, 100);
      });
    });
    let reply;
    for (let tries = 0; tries < 20; tries += 1) {
      reply = await fetch(uploadUrl, { method: 'PUT', body: 'the whole' });
      if (reply.status !== 409) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.equal(reply.status, 200);
    const again = await fetch(uploadUrl, { method: 'PUT', body: 'the whole' });
    assert.equal(again.status, 409);
    assert.equal((await again.json()).details.applicationError.code, 'UPLOAD_ALREADY_DONE');
  });

  it('answers a bad token before the body is asked for', async () => {
    const { hostname, port, host } = new URL(server.url);
    const answer = await new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(`PUT /upload/forged HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n`);
      });
      socket.once('data', (chunk) => { resolve(chunk.toString()); socket.destroy(); });
      socket.once('error', reject);
    });
    assert.match(answer, /^HTTP\/1\.1 401 /);
    assert.match(answer, /UPLOAD_TOKEN_INVALID/);
  });

  it('lets a browser of any origin upload', async () => {
    const { uploadUrl } = await client.files.generateFileUploadUrl('text/plain', { fileName: 'b.txt' });
    const preflight = await fetch(uploadUrl, {
      method: 'OPTIONS', headers: { Origin: 'https://app.example', 'Access-Control-Request-Method': 'PUT' },
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
    assert.match(preflight.headers.get('access-control-allow-methods'), /PUT/);
    const reply = await fetch(uploadUrl, { method: 'PUT', body: 'x', headers: { Origin: 'https://app.example' } });
    assert.equal(reply.headers.get('access-control-allow-origin'), '*');
  });

  it('takes a name of the query, in any script, and cuts a long one', async () => {
    const file = await upload(client, Buffer.from('x'), 'text/plain', {}, `?filename=${encodeURIComponent('夏\u0007/日記.txt')}`);
    assert.equal(file.displayName, '日記.txt');
    const long = await upload(client, Buffer.from('x'), 'text/plain', { fileName: `${'n'.repeat(400)}.txt` });
    assert.equal(long.displayName.length, 255);
    assert.ok(long.displayName.endsWith('.txt'));
  });

  it('holds to the quota of the site', async () => {
    const { siteId } = await server.admin('sites', 'create', '--name', 'Small');
    const { apiKey } = await server.admin('keys', 'create', '--site', siteId, '--name', 'k', '--scope', 'SCOPE.DC-MEDIA.MANAGE-MEDIAMANAGER');
    await server.admin('quota', 'set', '--site', siteId, '--bytes', '10');
    const small = clientFor(server, { apiKey, siteId });
    await upload(small, Buffer.from('12345678'), 'text/plain', { fileName: 'a.txt' });
    const refused = await refusal(() => small.files.generateFileUploadUrl('text/plain', { sizeInBytes: '3' }));
    assert.equal(refused.rule, 'SITE_QUOTA_EXCEEDED');
    assert.equal(refused.data.quota.storage, '10');
    const reply = await put(small, Buffer.from('123'), 'text/plain', { fileName: 'b.txt' });
    assert.equal((await reply.json()).details.validationError.fieldViolations[0].ruleName, 'SITE_QUOTA_EXCEEDED');
    assert.equal((await small.files.listFiles()).files.length, 1);
  });
});
