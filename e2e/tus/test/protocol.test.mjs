import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { crc32 } from 'node:zlib';
import { clientFor } from '../../sdk/support/client.mjs';
import { startServer } from '../../sdk/support/server.mjs';
import { ask, begin, issue, metadata, offset, patch } from '../support/tus.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const code = async (reply) => (await reply.json()).details.applicationError?.code;

describe('the protocol', () => {
  let server;
  let client;
  before(async () => {
    server = await startServer({ args: ['--upload-idle-timeout', '3s'] });
    client = clientFor(server);
  });
  after(() => server.stop());

  const issued = (options) => issue(client, 'text/plain', { fileName: 'a.txt', ...options });
  const file = async ({ uploadUrl, uploadToken }) => (await (await fetch(`${uploadUrl}/${uploadToken}`, { method: 'PUT' })).json()).file;
  /** A body that sends `first`, and then nothing until it is cancelled. */
  const stalling = (first) => new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from(first)) });

  it('says what it can do', async () => {
    const reply = await fetch(`${server.url}/upload/tus`, { method: 'OPTIONS' });
    assert.equal(reply.status, 204);
    assert.equal(reply.headers.get('tus-version'), '1.0.0');
    for (const extension of ['creation', 'creation-with-upload', 'creation-defer-length', 'expiration', 'checksum', 'termination', 'concatenation']) {
      assert.ok(reply.headers.get('tus-extension').split(',').includes(extension), extension);
    }
    assert.equal(reply.headers.get('tus-checksum-algorithm'), 'sha1,sha256,md5,crc32');
    assert.ok(Number(reply.headers.get('tus-max-size')) >= 1e9);
    assert.match(reply.headers.get('access-control-allow-methods'), /PATCH/);
    assert.match(reply.headers.get('access-control-expose-headers'), /Upload-Offset/);
  });

  it('refuses what it must, in its own statuses', async () => {
    const token = await issued();
    const { reply, url } = await begin(token, 11);
    assert.equal(reply.status, 201);
    assert.ok(url.startsWith(`${server.url}/upload/tus/`));
    assert.ok(Date.parse(reply.headers.get('upload-expires')) > Date.now() + 6 * 86_400_000);
    assert.equal((await ask('HEAD', url, { 'Tus-Resumable': '0.2.2' })).status, 412);
    assert.equal(await code(await patch(url, 5, 'hello')), 'UPLOAD_OFFSET_MISMATCH');
    assert.equal((await patch(url, 5, 'hello')).status, 409);
    assert.equal((await patch(url, 0, 'hello', { 'Content-Type': 'text/plain' })).status, 415);
    assert.equal((await patch(url, 'x', 'hello')).status, 400);
    assert.equal((await patch(url, 0, 'hello world, and more')).status, 413);
    assert.equal(await offset(url), 0);
    assert.equal((await patch(url, 0, 'hello ')).status, 204);
    const head = await ask('HEAD', url);
    assert.equal(head.headers.get('upload-offset'), '6');
    assert.equal(head.headers.get('upload-length'), '11');
    assert.equal(head.headers.get('cache-control'), 'no-store');
    assert.equal(head.headers.get('upload-metadata'), metadata(token.uploadToken, 'a.txt', 'text/plain'));
    assert.equal((await patch(url, 6, 'world')).headers.get('upload-offset'), '11');
    assert.equal((await patch(url, 11, '')).status, 204, 'a finished one answers with its full offset');
    assert.equal(await code(await patch(url, 0, 'hello')), 'UPLOAD_OFFSET_MISMATCH');
    assert.equal((await ask('DELETE', url)).status, 409);
    assert.equal((await begin(token, 11)).reply.status, 409, 'a token is good for one file');
    const made = await file(token);
    assert.equal(await (await fetch(made.url)).text(), 'hello world');
    assert.equal((await begin({ ...token, uploadToken: 'forged' }, 1)).reply.status, 401);
    assert.equal((await begin(await issued(), 2_000_000_000)).reply.status, 413);
    assert.equal((await begin(await issued(), undefined, { 'Upload-Defer-Length': '2' })).reply.status, 400);
    const single = await client.files.generateFileUploadUrl('text/plain', { fileName: 'x.txt' });
    assert.equal((await begin({ ...token, uploadToken: single.uploadUrl.split('/').pop() }, 1)).reply.status, 401, 'no token for another purpose');
    assert.equal((await fetch(`${server.url}/upload/${(await issued()).uploadToken}`, { method: 'PUT', body: 'x' })).status, 401);
  });

  it('creates with a first piece, learns the length later, and hears other verbs in a POST', async () => {
    const whole = await issued();
    const { reply } = await begin(whole, 5, { 'Content-Type': 'application/offset+octet-stream' });
    assert.equal(reply.headers.get('upload-offset'), '0');
    const token = await issued();
    const made = await ask('POST', token.uploadUrl, {
      'Upload-Defer-Length': '1', 'Content-Type': 'application/offset+octet-stream',
      'Upload-Metadata': metadata(token.uploadToken, 'a.txt', 'text/plain'),
    }, 'one ');
    assert.equal(made.status, 201);
    assert.equal(made.headers.get('upload-offset'), '4');
    const url = made.headers.get('location');
    assert.equal((await ask('HEAD', url)).headers.get('upload-defer-length'), '1');
    const sent = await ask('POST', url, {
      'X-HTTP-Method-Override': 'PATCH', 'Upload-Offset': '4', 'Upload-Length': '7', 'Content-Type': 'application/offset+octet-stream',
    }, 'two');
    assert.equal(sent.status, 204);
    assert.equal(await (await fetch((await file(token)).url)).text(), 'one two');
  });

  it('keeps nothing of a piece whose checksum is wrong', async () => {
    const { url } = await begin(await issued(), 15);
    const body = 'hello';
    const sums = {
      sha1: createHash('sha1').update(body).digest('base64'),
      sha256: createHash('sha256').update(body).digest('base64'),
      md5: createHash('md5').update(body).digest('base64'),
    };
    let at = 0;
    for (const [algorithm, sum] of Object.entries(sums)) {
      const wrong = await patch(url, at, 'hellO', { 'Upload-Checksum': `${algorithm} ${sum}` });
      assert.equal(wrong.status, 460);
      assert.equal(await code(wrong), 'CHECKSUM_MISMATCH');
      assert.equal(await offset(url), at);
      assert.equal((await patch(url, at, body, { 'Upload-Checksum': `${algorithm} ${sum}` })).status, 204);
      at += 5;
    }
    const other = (await begin(await issued(), 9)).url;
    assert.equal((await patch(other, 0, body, { 'Upload-Checksum': 'crc32 NhCmhg==' })).status, 204);
    assert.equal((await patch(other, 5, body, { 'Upload-Checksum': 'rot13 NhCmhg==' })).status, 400);
  });

  it('lets a client that comes back go on at once', async () => {
    const token = await issued();
    const { url } = await begin(token, 20);
    const running = patch(url, 0, stalling('0123456789')).catch(() => {});
    await pause(200);
    assert.equal((await patch(url, 0, 'x')).status, 423, 'a second writer is refused at once');
    const asked = Date.now();
    assert.equal(await offset(url), 10, 'what came is kept');
    assert.ok(Date.now() - asked < 1000);
    assert.equal((await patch(url, 10, '0123456789')).status, 204);
    await running;
    assert.equal(await (await fetch((await file(token)).url)).text(), '01234567890123456789');
  });

  it('ends an upload that is deleted, or begun again with its token', async () => {
    const token = await issued();
    const first = (await begin(token, 20)).url;
    const running = patch(first, 0, stalling('0123456789')).catch(() => {});
    await pause(100);
    const second = (await begin(token, 3)).url;
    assert.equal((await ask('HEAD', first)).status, 404);
    await running;
    const again = patch(second, 0, stalling('0')).catch(() => {});
    await pause(100);
    assert.equal((await ask('DELETE', second)).status, 204);
    assert.equal((await ask('HEAD', second)).status, 404);
    await again;
    const third = (await begin(token, 3)).url;
    assert.equal((await patch(third, 0, 'abc')).status, 204);
  });

  it('lets one of six writers win', async () => {
    for (let round = 0; round < 10; round += 1) {
      const token = await issued();
      const { url } = await begin(token, 100_000);
      const replies = await Promise.all('abcdef'.split('').map((letter) => patch(url, 0, letter.repeat(100_000))));
      const statuses = replies.map(({ status }) => status);
      assert.equal(statuses.filter((status) => status === 204).length, 1, String(statuses));
      assert.ok(statuses.every((status) => [204, 409, 423].includes(status)), String(statuses));
      const text = await (await fetch((await file(token)).url)).text();
      assert.equal(text, text[0].repeat(100_000));
    }
  });

  it('joins parts that nobody else may see, for who has a token', async () => {
    const token = await issued();
    const part = async (text) => {
      const made = await ask('POST', token.uploadUrl, { 'Upload-Concat': 'partial', 'Upload-Length': String(text.length) });
      assert.equal(made.status, 201);
      return made.headers.get('location');
    };
    const [one, two] = [await part('hello '), await part('world')];
    const join = (urls, uploadToken = token.uploadToken) => ask('POST', token.uploadUrl, {
      'Upload-Concat': `final;${urls.join(' ')}`, 'Upload-Metadata': metadata(uploadToken, 'a.txt', 'text/plain'),
    });
    assert.equal((await patch(one, 0, 'hello ')).status, 204);
    assert.equal(await code(await join([one, two])), 'UPLOAD_INCOMPLETE');
    assert.equal((await ask('HEAD', two)).headers.get('upload-concat'), 'partial');
    assert.equal((await patch(two, 0, 'world')).status, 204);
    assert.equal((await join([one, two], 'forged')).status, 401);
    const path = new URL(two).pathname;
    const joined = await join([one, path]);
    assert.equal(joined.status, 201);
    const head = await ask('HEAD', joined.headers.get('location'));
    assert.equal(head.headers.get('upload-concat'), `final;${one} ${two}`);
    assert.equal(head.headers.get('upload-offset'), '11');
    assert.equal(await (await fetch((await file(token)).url)).text(), 'hello world');
    assert.equal((await ask('HEAD', one)).status, 404, 'a part is claimed once');
    const few = await startServer({ args: ['--upload-unclaimed-bytes', '3MB'] });
    const ask3 = () => ask('POST', `${few.url}/upload/tus`, { 'Upload-Concat': 'partial', 'Upload-Length': '1000000' });
    assert.deepEqual([(await ask3()).status, (await ask3()).status, (await ask3()).status], [201, 201, 413]);
    await few.stop();
  });

  it('holds to quota and expiry', async () => {
    await server.admin('quota', 'set', '--site', server.siteId, '--files', '1');
    const token = await issued().catch((error) => error);
    assert.equal(token.details.validationError.fieldViolations[0].ruleName, 'SITE_QUOTA_EXCEEDED');
    await server.admin('quota', 'set', '--site', server.siteId);
    const short = await startServer({ args: ['--upload-resumable-lifetime', '1s'] });
    const late = await issue(clientFor(short), 'text/plain', { fileName: 'a.txt' });
    const { url } = await begin(late, 5);
    await pause(1_200);
    assert.equal((await ask('HEAD', url)).status, 410);
    assert.equal((await patch(url, 0, 'hello')).status, 410);
    assert.equal((await begin(late, 5)).reply.status, 410);
    await short.stop();
  });
});
