import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { clientFor, refusal, settled, upload } from '../support/client.mjs';
import { real } from '../support/corpus.mjs';
import { startServer } from '../support/server.mjs';
import { keyOf, newSite } from '../support/site.mjs';
import { giving, startSource } from '../support/source.mjs';
import { pdf } from '../support/pdf.mjs';

const TEN_HOURS = 36_000;
const INBOX = 'DC-INBOX.MANAGE-MSGS';
const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
/** Seconds from now until a token ends. */
const lifetime = (token) => claims(token).exp - Date.now() / 1000;
const about = (seconds, expected) => assert.ok(Math.abs(seconds - expected) < 30, `${seconds} s`);
const bytesAt = async (url) => Buffer.from(await (await fetch(url)).arrayBuffer());

for (const host of ['custom', 'www']) {
  describe(`Communication Channels on the paths of ${host === 'custom' ? 'a host of one\'s own' : 'www.wixapis.com'}`, () => {
    let server;
    let source;
    let site;
    let media;
    let inbox;
    before(async () => {
      server = await startServer({ args: ['--import-allow-networks', '127.0.0.0/8', '--limits-image-bytes', '100KB'] });
      source = await startSource();
      site = await newSite(server);
      media = site.client.files;
      inbox = await inboxOf(site);
    });
    after(async () => {
      await server.stop();
      await source.stop();
    });

    /** A client that may work with the inbox of a site and nothing else. */
    const inboxOf = async ({ siteId }) => {
      const { apiKey } = await keyOf(server, siteId, INBOX);
      return clientFor(server, { apiKey, siteId, host });
    };
    const put = async (options, bytes, query = '') => {
      const { uploadUrl } = await inbox.channels.generateFileUploadUrl(options);
      const reply = await fetch(uploadUrl + query, { method: 'PUT', body: bytes });
      return { status: reply.status, ...(await reply.json()) };
    };
    const sent = async (options, bytes, query) => (await put(options, bytes, query)).file;

    it('take an upload in, and hand it out again', async () => {
      const { uploadUrl } = await inbox.channels.generateFileUploadUrl({ mimeType: 'application/pdf', fileName: 'bill.pdf' });
      about(lifetime(uploadUrl.split('/').pop()), TEN_HOURS);
      const { file } = await (await fetch(uploadUrl, { method: 'PUT', body: pdf })).json();
      assert.deepEqual([file.displayName, file.operationStatus, file.sizeInBytes, file.private], ['bill.pdf', 'READY', String(pdf.length), false]);
      assert.ok((await bytesAt(file.url)).equals(pdf));

      const { downloadUrl } = await inbox.channels.generateFileDownloadUrl(file.id, { downloadFileName: 'yours.pdf' });
      about(lifetime(new URL(downloadUrl).searchParams.get('token')), TEN_HOURS);
      const served = await fetch(downloadUrl);
      assert.equal(served.headers.get('content-disposition'), 'attachment; filename="yours.pdf"');
      assert.ok(Buffer.from(await served.arrayBuffer()).equals(pdf));
      const plain = await inbox.channels.generateFileDownloadUrl(file.id);
      assert.match((await fetch(plain.downloadUrl)).headers.get('content-disposition'), /filename="bill\.pdf"/);
      assert.equal((await sent({ mimeType: 'application/octet-stream', fileName: 'b.pdf' }, pdf)).mediaType, 'DOCUMENT');
      assert.equal((await sent({ mimeType: 'application/pdf' }, pdf, '?filename=c.pdf')).displayName, 'c.pdf');
    });

    it('fetch a file from elsewhere', async () => {
      const url = source.gives('/voice', giving(pdf, { 'Content-Type': 'text/html' }));
      const options = { mimeType: 'application/pdf', displayName: 'from afar', urlParams: { id: '7' }, urlHeaders: { 'X-Key': 'k' } };
      const reply = await inbox.channels.importFile(url, options);
      assert.deepEqual(Object.keys(reply).sort(), ['displayName', 'fileId', 'sizeInBytes', 'url']);
      assert.deepEqual([reply.displayName, reply.sizeInBytes], ['from afar.pdf', '-1']);
      assert.equal(reply.url, `${server.url}/ugd/${reply.fileId}`);
      const ready = await settled({ files: media }, reply.fileId);
      assert.equal(ready.operationStatus, 'READY');
      assert.ok((await bytesAt(reply.url)).equals(pdf));
      const { downloadUrl } = await inbox.channels.generateFileDownloadUrl(reply.fileId);
      assert.ok((await bytesAt(downloadUrl)).equals(pdf));
      const asked = source.asked('/voice');
      assert.deepEqual(asked.map(({ method, params, headers }) => [method, params.id, headers['x-key']]), [['GET', '7', 'k']]);
      const { fileId } = await inbox.channels.importFile(`${source.url}/missing.pdf`, { mimeType: 'application/pdf' });
      const missing = await settled({ files: media }, fileId);
      assert.deepEqual([missing.operationStatus, missing.failure.code], ['FAILED', 'SOURCE_NOT_FOUND']);
    });

    it('say what is wrong by a code', async () => {
      const refused = async (status, code, call) => {
        const { code: found, rule, error } = await refusal(call);
        assert.deepEqual([error.status, found, rule], [status, code, undefined]);
      };
      const { channels } = inbox;
      for (const id of ['aaaaaa_00000000000000000000000000000000.pdf', 'nonsense']) {
        await refused(404, 'FILE_NOT_FOUND', () => channels.generateFileDownloadUrl(id));
      }
      await refused(400, 'UNSUPPORTED_FILE_FORMAT', () => channels.generateFileUploadUrl({ mimeType: 'text/html', fileName: 'a.html' }));
      await refused(400, 'MIME_TYPE_MISMATCH', () => channels.generateFileUploadUrl({ mimeType: 'image/jpeg', fileName: 'a.mp4' }));
      await refused(400, 'UNSUPPORTED_FILE_FORMAT', () => channels.importFile(`${source.url}/a`, { mimeType: 'application/x-msdownload' }));
      await refused(400, 'MIME_TYPE_MISMATCH', () => channels.importFile(`${source.url}/a`, { mimeType: 'image/jpeg', displayName: 'a.mp4' }));

      const big = await real('scikit-image/rocket.jpg');
      const page = Buffer.from('<!doctype html><script>1</script>');
      for (const [code, options, bytes] of [
        ['ZERO_FILE_SIZE', { mimeType: 'application/pdf' }, ''],
        ['MIME_TYPE_MISMATCH', { mimeType: 'image/jpeg' }, pdf],
        ['UNSUPPORTED_FILE_FORMAT', { mimeType: 'text/plain', fileName: 'a.txt' }, page],
        ['FILE_SIZE_OVER_LIMIT', { mimeType: 'image/jpeg' }, big],
      ]) {
        const { status, details } = await put(options, bytes);
        assert.deepEqual([status, details.applicationError?.code, details.validationError], [400, code, undefined]);
        assert.ok(details.applicationError.description.length > 10);
      }
      // What breaks the shape of a request is the same everywhere.
      for (const call of [
        () => channels.importFile('nonsense', { mimeType: 'image/jpeg' }), () => channels.importFile(`${source.url}/a`, {}),
        () => channels.generateFileUploadUrl({}), () => channels.generateFileUploadUrl({ mimeType: 'image/jpeg', fileName: 'x'.repeat(201) }),
        () => channels.generateFileDownloadUrl('x'.repeat(401)),
      ]) {
        assert.equal((await refusal(call)).rule, 'INVALID_VALUE');
      }
    });

    it('need the scope of the inbox, which allows nothing else', async () => {
      const denied = async (call) => {
        const { code, error } = await refusal(call);
        assert.deepEqual([error.status, code], [403, 'PERMISSION_DENIED']);
      };
      const { id } = await sent({ mimeType: 'application/pdf' }, pdf);
      for (const call of [
        () => inbox.files.listFiles(), () => inbox.files.searchFiles(), () => inbox.files.getFileDescriptor(id),
        () => inbox.files.bulkDeleteFiles([id]), () => inbox.files.generateFileDownloadUrl(id),
        () => inbox.files.generateFileUploadUrl('application/pdf'), () => inbox.files.importFile(source.url),
      ]) await denied(call);
      const outsider = clientFor(server, { apiKey: site.apiKey, siteId: site.siteId, host }).channels;
      for (const call of [
        () => outsider.getStorageQuota(), () => outsider.generateFileDownloadUrl(id),
        () => outsider.generateFileUploadUrl({ mimeType: 'application/pdf' }), () => outsider.importFile(source.url, { mimeType: 'application/pdf' }),
      ]) await denied(call);
    });

    it('reach public files and their own, no other private ones, and no other site', async () => {
      const note = (options) => upload(site.client, pdf, 'application/pdf', { fileName: 'a.pdf', ...options });
      const link = async (client, { id }) => (await bytesAt((await client.channels.generateFileDownloadUrl(id)).downloadUrl)).equals(pdf);
      const hidden = async (client, { id }) => {
        const { code, error } = await refusal(() => client.channels.generateFileDownloadUrl(id));
        return error.status === 404 && code === 'FILE_NOT_FOUND';
      };
      const [own, open, secret] = [await sent({ mimeType: 'application/pdf' }, pdf), await note(), await note({ private: true })];
      const kept = await note({ private: true, parentFolderId: own.parentFolderId });
      assert.ok(await link(inbox, own));
      assert.ok(await link(inbox, open));
      assert.ok(await link(inbox, kept), 'a private file in the folder of the inbox');
      assert.ok(await hidden(inbox, secret));
      const { apiKey } = await keyOf(server, site.siteId, INBOX, 'DC-MEDIA.MANAGE-MEDIAMANAGER');
      assert.ok(await link(clientFor(server, { apiKey, siteId: site.siteId, host }), secret), 'with a media scope besides');
      const stranger = await inboxOf(await newSite(server));
      assert.ok(await hidden(stranger, own));
      await media.bulkDeleteFiles([own.id], { permanent: true });
      assert.ok(await hidden(inbox, own));
    });

    it('keep their files in a folder of their own', async () => {
      const lone = await newSite(server);
      const { channels } = await inboxOf(lone);
      const { uploadUrl } = await channels.generateFileUploadUrl({ mimeType: 'application/pdf', fileName: 'a.pdf' });
      const { file: { parentFolderId } } = await (await fetch(uploadUrl, { method: 'PUT', body: pdf })).json();
      await channels.importFile(source.gives('/b.pdf', pdf), { mimeType: 'application/pdf' });
      const { files } = lone.client;
      assert.deepEqual((await files.listFiles()).files, [], 'nothing lies beside it');
      const { files: inside } = await files.listFiles({ parentFolderId, sort: { fieldName: 'displayName', order: 'ASC' } });
      assert.deepEqual(inside.map(({ displayName }) => displayName), ['a.pdf', 'b.pdf']);
      assert.equal((await files.searchFiles()).files.length, 2, 'but a search finds it');
    });

    it('know how much room there is', async () => {
      const lone = await newSite(server);
      const { channels } = await inboxOf(lone);
      const free = await channels.getStorageQuota();
      assert.deepEqual(Object.keys(free).sort(), ['totalQuota', 'totalUsage']);
      assert.equal(free.totalUsage, '0');
      assert.ok(Number(free.totalQuota) > 1_000_000, 'without a quota, what the disk holds');
      await server.admin('quota', 'set', '--site', lone.siteId, '--bytes', '1000');
      assert.deepEqual(await channels.getStorageQuota(), { totalQuota: '1000', totalUsage: '0' });
      const send = async () => {
        const { uploadUrl } = await channels.generateFileUploadUrl({ mimeType: 'application/pdf' });
        return (await fetch(uploadUrl, { method: 'PUT', body: pdf })).json();
      };
      const { file } = await send();
      assert.equal((await channels.getStorageQuota()).totalUsage, String(pdf.length));
      const { fileId } = await channels.importFile(source.gives('/c.pdf', pdf), { mimeType: 'application/pdf' });
      await settled(lone.client, fileId);
      assert.equal((await channels.getStorageQuota()).totalUsage, String(2 * pdf.length));
      await lone.client.files.bulkDeleteFiles([file.id]);
      assert.equal((await channels.getStorageQuota()).totalUsage, String(2 * pdf.length), 'the trash counts');
      await lone.client.files.bulkDeleteFiles([file.id], { permanent: true });
      assert.equal((await channels.getStorageQuota()).totalUsage, String(pdf.length));
      await server.admin('quota', 'set', '--site', lone.siteId, '--bytes', String(2 * pdf.length - 1));
      const { details } = await send();
      assert.match(JSON.stringify(details), /"SITE_QUOTA_EXCEEDED"/);
      assert.equal((await channels.getStorageQuota()).totalUsage, String(pdf.length));
    });
  });
}
