import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { clientFor, put, refusal, upload } from '../support/client.mjs';
import { real } from '../support/corpus.mjs';
import { startServer } from '../support/server.mjs';
import { keyOf } from '../support/site.mjs';
import { pdf } from '../support/pdf.mjs';

/** Faults of the machine and of time, which the tests of the binary bring about: a full disk, a locked database, aged links. */
const ELSEWHERE = ['UPLOAD_GONE', 'STORAGE_FULL', 'UNAVAILABLE', 'INTERNAL', 'LINK_EXPIRED'];

describe('documented errors', () => {
  let server;
  let client;
  let file;
  let secret;
  /** Errors by the table of docs/ERRORS.md that they belong to, with their statuses, as that has them. */
  const seen = new Set();
  before(async () => {
    server = await startServer({ args: ['--upload-idle-timeout', '1s', '--upload-lifetime', '5s'] });
    client = clientFor(server);
    file = await upload(client, pdf, 'application/pdf', { fileName: 'a.pdf' });
    secret = await upload(client, pdf, 'application/pdf', { fileName: 'b.pdf', private: true });
  });
  after(() => server.stop());

  /** What the SDK throws names the error, and nothing of the server's insides. */
  const throws = async (name, call) => {
    const { rule, code, error } = await refusal(call);
    assert.equal(rule ?? code, name);
    harmless(JSON.stringify(error));
    note(error.details, name, error.status);
  };
  /** The same of a plain reply. */
  const answers = async (name, status, reply) => {
    const text = await reply.text();
    harmless(text);
    const { details } = JSON.parse(text);
    assert.equal(details.validationError?.fieldViolations[0].ruleName ?? details.applicationError.code, name, text);
    assert.equal(reply.status, status);
    note(details, name, status);
  };
  const note = (details, name, status) => seen.add(`${details.validationError ? 'Rule names' : 'Codes'}: ${name} ${status}`);
  const harmless = (text) => assert.doesNotMatch(text, /sqlite|SELECT |panicked|\.rs:|\/tmp\/|catalog\.db/);
  const urlFor = async (options) => (await client.files.generateFileUploadUrl('application/pdf', options)).uploadUrl;

  it('of values', async () => {
    const { files } = client;
    const missing = 'aaaaaa_00000000000000000000000000000000.pdf';
    for (const call of [
      () => files.getFileDescriptor(missing),
      () => files.updateFileDescriptor({ _id: missing, displayName: 'x' }),
      () => files.listFiles({ parentFolderId: 'nowhere' }),
    ]) {
      await throws('RESOURCE_NOT_FOUND', call);
    }
    await throws('FIELD_MASK_IS_EMPTY_OR_MISSING', () => files.updateFileDescriptor({ _id: file.id, sizeInBytes: '1' }));
    await throws('UNSUPPORTED_MEDIA_TYPE', () => files.searchFiles({ mediaTypes: ['OTHER'] }));
    await throws('UNSUPPORTED_SORT_VALUE', () => files.searchFiles({ sort: { fieldName: 'hash' } }));
    await throws('INVALID_CURSOR', () => files.searchFiles({ paging: { cursor: 'forged' } }));
    await throws('UNSUPPORTED_FILTER_VALUE', () => files.queryFileDescriptors().eq('hash', 'x').find());
    await throws('INVALID_ASSET_KEY', () => files.generateFileDownloadUrl(file.id, { assetKeys: ['720p.mp4'] }));
    await throws('FILE_HAS_NO_STREAM', () => files.generateVideoStreamingUrl(file.id));
    await throws('PRIVATE_FILE_NOT_ALLOWED', () => files.generateFilesDownloadUrl([secret.id]));
    for (const call of [
      () => files.getFileDescriptors([]),
      () => files.getFileDescriptors(Array(101).fill(file.id)),
      () => files.bulkDeleteFiles(Array(1001).fill(file.id)),
      () => files.generateFilesDownloadUrl(Array(1001).fill(file.id)),
      () => files.listFiles({ paging: { limit: -1 } }),
      () => files.listFiles({ paging: { limit: 201 } }),
      () => files.searchFiles({ search: 'x'.repeat(10_000) }),
      () => files.searchFiles({ rootFolder: 'NOWHERE' }),
      () => files.updateFileDescriptor({ _id: file.id, displayName: 'x'.repeat(10_000) }),
      () => files.updateFileDescriptor({ _id: file.id, labels: Array(1000).fill('x') }),
      () => files.updateFileDescriptor({ _id: file.id, labels: 'x' }),
      () => files.generateFileDownloadUrl(file.id, { expirationInMinutes: -5 }),
    ]) {
      await throws('INVALID_VALUE', call);
    }
    assert.equal((await client.files.getFileDescriptor(file.id)).displayName, 'a.pdf', 'nothing was changed');
  });

  it('of callers and paths', async () => {
    await throws('UNAUTHENTICATED', () => clientFor(server, { apiKey: 'wrong' }).files.listFiles());
    await throws('PERMISSION_DENIED', () => clientFor(server, { siteId: 'other' }).files.listFiles());
    const headers = { Authorization: server.apiKey };
    const send = (path, init) => fetch(`${server.url}/site-media${path}`, { headers, ...init });
    await answers('NOT_FOUND', 404, await send('/v1/nowhere'));
    await answers('METHOD_NOT_ALLOWED', 405, await send('/v1/files', { method: 'DELETE' }));
    await answers('PAYLOAD_TOO_LARGE', 413, await send('/v1/files/search', { method: 'POST', body: ' '.repeat(4_000_001) }));
  });

  it('of folders', async () => {
    const { folders } = client;
    const make = async (name, parentFolderId) => (await folders.createFolder(name, { parentFolderId })).folder._id;
    const top = await make('top', 'media-root');
    let deepest = top;
    for (let level = 1; level < 32; level += 1) deepest = await make(`${level}`, deepest);
    await throws('FOLDER_ALREADY_EXISTS', () => make('top', 'media-root'));
    await throws('FOLDER_TOO_DEEP', () => make('33', deepest));
    await throws('FOLDER_NOT_FOUND', () => folders.getFolder('0'.repeat(32)));
    await throws('FOLDER_CYCLE', () => folders.updateFolder(top, { parentFolderId: deepest }));
    await throws('FOLDER_IS_FIXED', () => folders.bulkDeleteFolders(['media-root']));
    await Promise.all(Array.from({ length: 8 }, async (_, worker) => {
      for (let number = worker; number < 1001; number += 8) {
        await upload(client, Buffer.from('x'), 'text/plain', { fileName: `${number}.txt`, parentFolderId: top });
      }
    }));
    await throws('TOO_MANY_FILES', () => folders.generateFolderDownloadUrl(top));
    await folders.bulkDeleteFolders([top], { permanent: true });
  });

  it('of tokens', async () => {
    const ask = (body) => fetch(`${server.url}/oauth2/token`, { method: 'POST', body: new URLSearchParams(body) });
    await answers('INVALID_REQUEST', 400, await ask({}));
    await answers('UNSUPPORTED_GRANT_TYPE', 400, await ask({ grant_type: 'password' }));
    await answers('INVALID_CLIENT', 401, await ask({ grant_type: 'anonymous', client_id: 'x' }));
    await answers('INVALID_GRANT', 400, await ask({ grant_type: 'refresh_token', refresh_token: 'x' }));
  });

  it('of users and keys', async () => {
    const headers = { Authorization: server.apiKey };
    const send = (method, path, body) => fetch(`${server.url}/media-manager/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    const user = { email: 'ada@example.org', role: 'viewer' };
    assert.equal((await send('POST', '/users', user)).status, 200);
    await answers('USER_EXISTS', 409, await send('POST', '/users', user));
    await answers('USER_NOT_FOUND', 404, await send('DELETE', '/users/nobody'));
    await answers('KEY_NOT_FOUND', 404, await send('DELETE', '/keys/none'));
    await answers('SIGN_IN_FAILED', 401, await send('POST', '/sessions', { email: user.email, password: 'wrong' }));
    await answers('SIGN_IN_FAILED', 401, await send('POST', '/sessions', { code: 'x' }));
  });

  it('of presets', async () => {
    const headers = { Authorization: server.apiKey };
    const send = (method, name, transformation = 'fit/w_1,h_1') =>
      fetch(`${server.url}/media-manager/v1/presets/${name}`, { method, headers, body: JSON.stringify({ transformation }) });
    for (let number = 0; number < 100; number += 1) assert.equal((await send('PUT', `p-${number}`)).status, 200);
    await answers('TOO_MANY_PRESETS', 400, await send('PUT', 'one-more'));
    await answers('PRESET_NOT_FOUND', 404, await send('DELETE', 'one-more'));
    await answers('INVALID_VALUE', 400, await send('PUT', 'p-0', 'fit/w_0,h_1'));
  });

  it('of what is to be uploaded', async () => {
    const issue = (mimeType, options) => () => client.files.generateFileUploadUrl(mimeType, options);
    await throws('UNSUPPORTED_FILE_FORMAT', issue('text/html', { fileName: 'a.html' }));
    await throws('MISMATCH_MIME_TYPE', issue('image/jpeg', { fileName: 'a.mp4' }));
    await throws('ZERO_FILE_SIZE', issue('image/jpeg', { sizeInBytes: '0' }));
    await throws('FILE_SIZE_OVER_LIMIT', issue('image/jpeg', { sizeInBytes: '25000001' }));
    for (const filePath of ['a/../b', 'a\u0000b', Array(40).fill('a').join('/')]) {
      await throws('INVALID_PATH', issue('image/jpeg', { filePath }));
    }
    await answers('UNSUPPORTED_FILE_FORMAT', 400, await put(client, Buffer.from('<!doctype html><script>1</script>'), 'text/plain', { fileName: 'a.txt' }));
    await answers('MISMATCH_MIME_TYPE', 400, await put(client, pdf, 'image/jpeg', { fileName: 'a.jpg' }));
    await answers('ZERO_FILE_SIZE', 400, await put(client, '', 'application/pdf'));
    await answers('FILE_SIZE_MISMATCH', 400, await put(client, pdf, 'application/pdf', { sizeInBytes: '5' }));
    const issued = await urlFor();
    await server.admin('quota', 'set', '--site', server.siteId, '--bytes', '1');
    await throws('SITE_QUOTA_EXCEEDED', issue('image/jpeg', { sizeInBytes: '100' }));
    await answers('SITE_QUOTA_EXCEEDED', 400, await fetch(issued, { method: 'PUT', body: pdf }));
    await server.admin('quota', 'set', '--site', server.siteId);
  });

  it('of uploads', async () => {
    const send = (url, body = pdf) => fetch(url, { method: 'PUT', body });
    const [url, late, began] = [await urlFor(), await urlFor(), Date.now()];
    await answers('UPLOAD_TOKEN_INVALID', 401, await send(`${server.url}/upload/forged`));
    await answers('UPLOAD_TOKEN_INVALID', 401, await send(url.slice(0, -4)));
    assert.equal((await send(url)).status, 200);
    await answers('UPLOAD_ALREADY_DONE', 409, await send(url));

    const broken = await urlFor();
    const socket = connect(Number(new URL(broken).port), '127.0.0.1');
    const said = new Promise((resolve, reject) => {
      let text = '';
      socket.on('data', (chunk) => { text += chunk; }).on('end', () => resolve(text)).on('error', reject);
    });
    socket.write(`PUT ${broken.slice(server.url.length)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 99\r\n\r\n%PDF`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await answers('UPLOAD_IN_PROGRESS', 409, await send(broken));
    assert.match(await said, /^HTTP\/1.1 400 [^]*UPLOAD_INTERRUPTED/);
    note({}, 'UPLOAD_INTERRUPTED', 400);
    assert.equal((await send(broken)).status, 200, 'it may be tried again');

    await new Promise((resolve) => setTimeout(resolve, 5_100 - (Date.now() - began)));
    await answers('UPLOAD_TOKEN_EXPIRED', 401, await send(late));
  });

  it('of resumable uploads', async () => {
    const { uploadUrl, uploadToken } = await client.files.generateFileResumableUploadUrl('application/pdf', { fileName: 'r.pdf' });
    const tus = (method, url, headers, body) => fetch(url, { method, body, headers: { 'Tus-Resumable': '1.0.0', ...headers } });
    const metadata = { 'Upload-Metadata': `token ${Buffer.from(uploadToken).toString('base64')}` };
    await answers('UNSUPPORTED_TUS_VERSION', 412, await tus('POST', uploadUrl, { 'Tus-Resumable': '0.2' }));
    await answers('INVALID_UPLOAD_HEADER', 400, await tus('POST', uploadUrl, metadata));
    const begun = await tus('POST', uploadUrl, { ...metadata, 'Upload-Length': String(pdf.length) });
    const url = begun.headers.get('location');
    const patch = (offset, headers = {}, body = pdf) =>
      tus('PATCH', url, { 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream', ...headers }, body);
    await answers('UNSUPPORTED_CONTENT_TYPE', 415, await patch(0, { 'Content-Type': 'text/plain' }));
    await answers('UPLOAD_OFFSET_MISMATCH', 409, await patch(2));
    await answers('UPLOAD_TOO_LONG', 413, await patch(0, {}, Buffer.concat([pdf, pdf])));
    await answers('CHECKSUM_MISMATCH', 460, await patch(0, { 'Upload-Checksum': 'crc32 AAAAAA==' }));
    await answers('UPLOAD_INCOMPLETE', 409, await fetch(`${uploadUrl}/${uploadToken}`, { method: 'PUT' }));
    await answers('UPLOAD_NOT_FOUND', 404, await tus('PATCH', `${uploadUrl}/none`, { 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' }, 'x'));
    assert.equal((await tus('DELETE', url)).status, 204);
  });

  it('of Communication Channels, whose codes are rules elsewhere', async () => {
    const { apiKey } = await keyOf(server, server.siteId, 'DC-INBOX.MANAGE-MSGS');
    const { channels } = clientFor(server, { apiKey });
    const send = async (mimeType, body) =>
      fetch((await channels.generateFileUploadUrl({ mimeType })).uploadUrl, { method: 'PUT', body });
    await answers('ZERO_FILE_SIZE', 400, await send('application/pdf', ''));
    await answers('MIME_TYPE_MISMATCH', 400, await send('image/jpeg', pdf));
    await answers('FILE_SIZE_OVER_LIMIT', 400, await send('image/svg+xml', Buffer.alloc(1_000_001, '<svg xmlns="http://www.w3.org/2000/svg"/>')));
    await throws('UNSUPPORTED_FILE_FORMAT', () => channels.generateFileUploadUrl({ mimeType: 'text/html' }));
    await throws('FILE_NOT_FOUND', () => channels.generateFileDownloadUrl(secret.id));
  });

  it('of webhooks', async () => {
    const headers = { Authorization: server.apiKey, 'Content-Type': 'application/json' };
    const send = (method, path, body) =>
      fetch(`${server.url}/media-manager/v1/webhooks${path}`, { method, headers, body: body && JSON.stringify(body) });
    await answers('WEBHOOK_NOT_FOUND', 404, await send('DELETE', '/nothing'));
    const { webhookId } = await (await send('POST', '', { url: 'http://127.0.0.1:1/hook', events: ['file_ready'] })).json();
    await answers('WEBHOOK_NOT_FOUND', 404, await send('POST', `/${webhookId}/replay`, { deliveryId: 'nothing' }));
    await answers('NO_NEXT_KEY', 409, await send('POST', `/${webhookId}/keys`, { activate: true }));
    assert.equal((await send('DELETE', `/${webhookId}`)).status, 200);
  });

  it('of rates', async () => {
    const busy = await startServer({ args: ['--rate-limit', '1:1'] });
    const { files } = clientFor(busy);
    await files.listFiles();
    await throws('RESOURCE_EXHAUSTED', () => files.listFiles());
    await busy.stop();
  });

  it('of downloads', async () => {
    await answers('FILE_NOT_FOUND', 404, await fetch(`${server.url}/ugd/nothing.pdf`));
    await answers('FILE_IS_PRIVATE', 403, await fetch(secret.url));
    await answers('RANGE_NOT_SATISFIABLE', 416, await fetch(file.url, { headers: { Range: 'bytes=999-' } }));
    const { downloadUrls: [{ url }] } = await client.files.generateFileDownloadUrl(secret.id);
    assert.equal((await fetch(url)).status, 200);
    for (const changed of [url.slice(0, -3), `${url}x`, url.replace(secret.id, file.id), url.replace(/token=.*/, 'token=')]) {
      assert.equal((await fetch(changed, { headers: { Accept: 'application/json' } })).status, 403, changed);
    }
    const photo = await upload(client, await real('scikit-image/rocket.jpg'), 'image/jpeg', { fileName: 'c.jpg' });
    await answers('INVALID_IMAGE_URL', 400, await fetch(`${photo.url}/v1/fill/w_0,h_10/file.jpg`));
    const half = await put(client, (await real('scikit-image/rocket.jpg')).subarray(0, 50_000), 'image/jpeg', { fileName: 'half.jpg' });
    const { file: broken } = await half.json();
    await answers('IMAGE_UNUSABLE', 400, await fetch(`${broken.url}/v1/fill/w_10,h_10/file.jpg`));
    const policy = (strict) => fetch(`${server.url}/media-manager/v1/image-policy`, {
      method: 'PUT', headers: { Authorization: server.apiKey }, body: JSON.stringify({ strict }),
    });
    assert.equal((await policy(true)).status, 200);
    await answers('TRANSFORMATION_NOT_ALLOWED', 403, await fetch(`${photo.url}/v1/fill/w_10,h_10/file.jpg`));
    assert.equal((await policy(false)).status, 200);
    await client.files.bulkDeleteFiles([photo.id, broken.id], { permanent: true });
    await answers('LINK_INVALID', 403, await fetch(url.replace(secret.id, file.id), { headers: { Accept: 'application/json' } }));
  });

  it('are all of the documented ones, and nothing is left behind', async () => {
    const page = await readFile(new URL('../../../docs/ERRORS.md', import.meta.url), 'utf8');
    const documented = ['Rule names', 'Codes'].flatMap((table) => {
      const section = page.split(/^## /m).find((part) => part.startsWith(`${table}\n`));
      const rows = [...section.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)];
      return rows.map(([, name, status]) => ({ name, key: `${table}: ${name} ${status}` }));
    });
    assert.ok(ELSEWHERE.every((name) => documented.some((error) => error.name === name)), 'nothing is excused that isn\'t there');
    const provoked = documented.filter(({ name }) => !ELSEWHERE.includes(name));
    assert.deepEqual([...seen].sort(), provoked.map(({ key }) => key).sort());
    const { files } = await client.files.searchFiles({ paging: { limit: 100 } });
    assert.deepEqual(files.map(({ mediaType }) => mediaType), Array(files.length).fill('DOCUMENT'));
    assert.equal(files.length, 4, 'the two of the beginning, and two uploads that were tried again');
  });
});
