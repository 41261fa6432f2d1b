import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { Uppy } from '@uppy/core';
import Tus from '@uppy/tus';
import { clientFor } from '../../sdk/support/client.mjs';
import { startServer } from '../../sdk/support/server.mjs';
import { issue, metadata } from '../support/tus.mjs';

const run = promisify(execFile);

describe('other clients', () => {
  let server;
  let client;
  let dir;
  const bytes = Buffer.concat([Buffer.from('000000186674797069736f6d0000020069736f6d69736f32', 'hex'), randomBytes(5_000_000)]);
  before(async () => {
    server = await startServer();
    client = clientFor(server);
    dir = await mkdtemp(join(tmpdir(), 'media-manager-'));
    await writeFile(join(dir, 'film.mp4'), bytes);
  });
  after(async () => {
    await server.stop();
    await rm(dir, { recursive: true });
  });

  const check = async ({ uploadUrl, uploadToken }, name) => {
    const { file } = await (await fetch(`${uploadUrl}/${uploadToken}`, { method: 'PUT' })).json();
    assert.equal(file.displayName, name);
    assert.deepEqual(Buffer.from(await (await fetch(file.url)).arrayBuffer()), bytes);
  };

  it('tuspy stops and goes on, with checksums', async () => {
    const issued = await issue(client, 'video/mp4');
    const script = new URL('../support/tuspy_client.py', import.meta.url).pathname;
    const { stdout } = await run(process.env.TUSPY_PYTHON, [script, join(dir, 'film.mp4'), issued.uploadUrl, issued.uploadToken]);
    assert.ok(Number(stdout) >= 2_000_000, stdout);
    await check(issued, 'tuspy.mp4');
  });

  it('curl uploads in two pieces', async () => {
    const issued = await issue(client, 'video/mp4', { fileName: 'curl.mp4' });
    const curl = (...args) => run('curl', ['-s', '-f', '-i', '-H', 'Tus-Resumable: 1.0.0', ...args]);
    const begun = await curl('-X', 'POST', issued.uploadUrl, '-H', `Upload-Length: ${bytes.length}`, '-H', `Upload-Metadata: ${metadata(issued.uploadToken, 'x.mp4', 'video/mp4')}`);
    const url = /^location: (\S+)/im.exec(begun.stdout)[1];
    await writeFile(join(dir, 'one'), bytes.subarray(0, 3_000_000));
    await writeFile(join(dir, 'two'), bytes.subarray(3_000_000));
    const piece = ['-X', 'PATCH', url, '-H', 'Content-Type: application/offset+octet-stream'];
    await curl(...piece, '-H', 'Upload-Offset: 0', '--data-binary', `@${join(dir, 'one')}`);
    const { stdout } = await curl('-I', url);
    assert.match(stdout, /upload-offset: 3000000/i);
    await curl(...piece, '-H', 'Upload-Offset: 3000000', '--data-binary', `@${join(dir, 'two')}`);
    await check(issued, 'curl.mp4');
  });

  it('Uppy uploads where there is no page', async () => {
    const issued = await issue(client, 'video/mp4');
    const uppy = new Uppy().use(Tus, {
      endpoint: issued.uploadUrl, chunkSize: 2_000_000, allowedMetaFields: ['filename', 'contentType', 'token'],
    });
    uppy.addFile({
      name: 'uppy.mp4', type: 'video/mp4', // Where there is no page, tus-js-client below takes a buffer for the file.
      data: bytes, size: bytes.length,
      meta: { filename: 'uppy.mp4', contentType: 'video/mp4', token: issued.uploadToken },
    });
    const { successful, failed } = await uppy.upload();
    assert.deepEqual([successful.length, failed.length], [1, 0]);
    await check(issued, 'uppy.mp4');
  });
});
