import assert from 'node:assert/strict';
import { readFile, readdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { clientFor, refusal, settled, upload } from '../support/client.mjs';
import { real } from '../support/corpus.mjs';
import { startServer } from '../support/server.mjs';
import { newSite } from '../support/site.mjs';
import { giving, inTurn, silence, startSource, status } from '../support/source.mjs';
import { pause, until } from '../support/until.mjs';
import { pdf } from '../support/pdf.mjs';

const ALLOWED = ['--import-allow-networks', '127.0.0.0/8', '--import-retry-for', '3s'];
const INBOX = 'DC-INBOX.MANAGE-MSGS';
const bytesAt = async (url) => Buffer.from(await (await fetch(url)).arrayBuffer());
/** Waits until a source was asked. */
const reached = (source, path) => until(() => source.asked(path).length > 0, `a request for ${path}`);

describe('imports', () => {
  let server;
  let source;
  let client;
  let jpeg;
  let png;
  before(async () => {
    [jpeg, png] = [await real('scikit-image/rocket.jpg'), await real('scikit-image/moon.png')];
    source = await startSource();
    server = await startServer({ args: ALLOWED });
    client = clientFor(server);
  });
  after(async () => {
    await server.stop();
    await source.stop();
  });

  const importing = (url, options) => client.files.importFile(url, options);
  /** Imports, and waits for how it ends. */
  const imported = async (url, options) => settled(client, (await importing(url, options)).file._id);

  it('are answered at once, and are the file itself a moment later', async () => {
    let release;
    const url = source.gives('/a/rocket.jpg', (request, response) => { release = () => giving(jpeg)(request, response); });
    const began = Date.now();
    const { file } = await importing(url, { displayName: 'a rocket', labels: ['space', ' space '] });
    assert.ok(Date.now() - began < 1000, 'the source has not answered yet');
    assert.equal(file.operationStatus, 'PENDING');
    assert.equal(file.sizeInBytes, '-1');
    assert.equal(file.hash, '');
    assert.equal(file.media ?? null, null);
    assert.equal(file.displayName, 'a rocket.jpg');
    assert.equal(file.sourceUrl, url);
    assert.equal(file.mediaType, 'IMAGE');
    assert.match(file._id, /^[0-9a-f]{6}_[0-9a-f]{32}~mv2\.jpg$/);
    assert.deepEqual([file.url, file.thumbnailUrl], Array(2).fill(`${server.url}/media/${file._id}`));
    assert.deepEqual([file.labels, file.internalTags, file.private], [['space'], [], false]);

    await reached(source, '/a/rocket.jpg');
    release();
    const ready = await settled(client, file._id);
    assert.equal(ready.operationStatus, 'READY');
    assert.equal(ready.sizeInBytes, String(jpeg.length));
    assert.match(ready.hash, /^[0-9a-f]{32}$/);
    assert.match(ready.media.image.image, /originWidth=640&originHeight=427$/);
    assert.deepEqual([ready._id, ready.url, ready.thumbnailUrl, ready.sourceUrl], [file._id, file.url, file.thumbnailUrl, url]);
    assert.ok((await bytesAt(ready.url)).equals(jpeg));
    assert.equal(source.asked('/a/rocket.jpg').length, 1, 'a name that tells the type spares the source a HEAD');
  });

  it('take the type from what the caller says, then from names, then from the source', async () => {
    const photo = (path) => source.gives(path, giving(jpeg, { 'Content-Type': 'image/jpeg' }));
    const type = async (url, options) => {
      const { file } = await importing(url, options);
      return `${file.mediaType} ${file.displayName}`;
    };
    assert.equal(await type(photo('/b/1'), { mimeType: 'image/jpeg', displayName: 'one' }), 'IMAGE one.jpg');
    assert.equal(await type(photo('/b/2.pdf'), { mimeType: 'image/jpeg' }), 'IMAGE 2.pdf.jpg', 'the MIME type counts more than the URL');
    assert.equal(await type(photo('/b/3.jpg'), { displayName: 'three.pdf' }), 'DOCUMENT three.pdf', 'the name counts more than the URL');
    assert.equal(await type(photo('/b/4.jpeg'), { displayName: 'v1.2' }), 'IMAGE v1.2.jpeg', 'no type is called 2');
    assert.equal(await type(photo('/b/5.jpg'), { mimeType: 'application/octet-stream' }), 'IMAGE 5.jpg');
    for (let number = 1; number <= 5; number += 1) assert.equal(source.asked(`/b/${number}`, 'HEAD').length, 0, `${number} asked the source`);
    assert.equal(await type(photo('/b/6'), {}), 'IMAGE 6.jpg');
    assert.deepEqual(source.asked('/b/6').map(({ method }) => method)[0], 'HEAD');
    assert.equal(await type(photo('/b/7.pdf'), { mediaType: 'IMAGE' }), 'IMAGE 7.pdf.jpg', 'the media type counts more than an extension');
    const signed = source.gives('/b/8', (request, response) =>
      (request.method === 'HEAD' ? status(403) : giving(jpeg, { 'Content-Type': 'image/jpeg' }))(request, response));
    assert.equal(await type(signed, { displayName: 'eight' }), 'IMAGE eight.jpg', 'a link that is signed for GET');
    const disposition = { 'Content-Type': 'application/octet-stream', 'Content-Disposition': 'attachment; filename="bill.pdf"' };
    assert.equal(await type(source.gives('/b/9', giving(pdf, disposition))), 'DOCUMENT 9.pdf');
    const { media, url } = await imported(source.gives('/b/10.jpg', png));
    assert.match(media.image.image, /originWidth=512/);
    assert.equal((await fetch(url)).headers.get('content-type'), 'image/png', 'content decides within a kind');
  });

  it('are refused where it is plain that they will come to nothing', async () => {
    const rule = async (url, options) => (await refusal(() => importing(url, options))).rule;
    const untyped = source.gives('/c/untyped', giving(jpeg));
    assert.equal(await rule(untyped), 'UNSUPPORTED_FILE_FORMAT');
    assert.equal(await rule(source.gives('/c/missing', status(404))), 'UNSUPPORTED_FILE_FORMAT');
    assert.equal(await rule(source.gives('/c/page', giving(jpeg, { 'Content-Type': 'text/html' }))), 'UNSUPPORTED_FILE_FORMAT');
    assert.equal(await rule(untyped, { mimeType: 'text/html' }), 'UNSUPPORTED_FILE_FORMAT');
    assert.equal(await rule(untyped, { mimeType: 'image/jpeg', displayName: 'a.mp4' }), 'MISMATCH_MIME_TYPE');
    assert.equal(await rule(untyped, { mimeType: 'image/jpeg', mediaType: 'VIDEO' }), 'MISMATCH_MIME_TYPE');
    assert.equal(await rule(untyped, { mediaType: 'OTHER' }), 'UNSUPPORTED_MEDIA_TYPE');
    const large = (_, response) => response.writeHead(200, { 'Content-Type': 'image/jpeg', 'Content-Length': 25_000_001 }).end();
    assert.equal(await rule(source.gives('/c/large', large)), 'FILE_SIZE_OVER_LIMIT');
    assert.equal(await rule(`${source.url}/c/a.jpg`, { parentFolderId: 'nowhere' }), 'RESOURCE_NOT_FOUND');
    assert.equal(await rule(`${source.url}/c/a.jpg`, { filePath: '/a/../b' }), 'INVALID_PATH');
    for (const url of ['nonsense', 'ftp://a.example/a.jpg', 'file:///etc/passwd.txt', 'http://u:p@a.example/a.jpg', '']) {
      assert.equal(await rule(url), 'INVALID_VALUE', url);
    }
    for (const options of [
      { labels: Array(501).fill('x') }, { labels: ['x'.repeat(201)] }, { displayName: 'x'.repeat(1001) }, { mimeType: 'x'.repeat(101) },
      { urlHeaders: { Host: 'elsewhere' } }, { urlHeaders: { 'X-A': 'a\r\nX-B: b' } }, { urlParams: { a: { b: 1 } } },
    ]) {
      assert.equal(await rule(`${source.url}/c/a.jpg`, options), 'INVALID_VALUE', JSON.stringify(options).slice(0, 60));
    }
    assert.equal(source.asked('/c/a.jpg').length, 0);
  });

  it('wait three seconds in all for sources that say nothing, also when there are many', async () => {
    const stalling = Array.from({ length: 12 }, (_, number) => ({ url: source.gives(`/d/${number}`, silence) }));
    const began = Date.now();
    const [{ results }, { rule }] = await Promise.all([
      client.files.bulkImportFile([...stalling, { url: source.gives('/d/a.pdf', pdf) }]),
      refusal(() => importing(stalling[0].url)),
    ]);
    assert.ok(Date.now() - began < 3600, `${Date.now() - began} ms`);
    assert.equal(rule, 'UNSUPPORTED_FILE_FORMAT');
    assert.deepEqual(results.map(({ itemMetadata }) => itemMetadata.success), [...Array(12).fill(false), true]);
  });

  it('come in bulk, each judged for itself', async () => {
    const { siteId, client: { files: bulk } } = await newSite(server);
    await server.admin('quota', 'set', '--site', siteId, '--bytes', '100000');
    const good = source.gives('/e/a.pdf', pdf);
    const wanted = [
      { url: good, displayName: 'one' },
      { url: 'nonsense' },
      { url: good, parentFolderId: 'nowhere' },
      { url: good, mimeType: 'text/html' },
      { url: source.gives('/e/photo', giving(jpeg, { 'Content-Type': 'image/jpeg' })) },
      {},
      { url: good, displayName: 'two' },
    ];
    const codes = [undefined, 'INVALID_VALUE', 'RESOURCE_NOT_FOUND', 'UNSUPPORTED_FILE_FORMAT', 'SITE_QUOTA_EXCEEDED', 'INVALID_VALUE', undefined];
    const { results, bulkActionMetadata } = await bulk.bulkImportFile(wanted);
    assert.deepEqual(results.map(({ itemMetadata }) => itemMetadata.originalIndex), [0, 1, 2, 3, 4, 5, 6]);
    assert.deepEqual(results.map(({ itemMetadata }) => itemMetadata.error?.code), codes);
    assert.deepEqual(results.map(({ itemMetadata }) => itemMetadata.success), codes.map((code) => !code));
    assert.ok(results.every(({ itemMetadata: { error } }) => !error || error.description.length > 10));
    assert.equal(results[4].itemMetadata.error.data.quota.storage, '100000');
    assert.deepEqual(results.map(({ item }) => item?.displayName), codes.map((code, at) => (code ? undefined : ['one.pdf', 'two.pdf'][at && 1])));
    assert.deepEqual(bulkActionMetadata, { totalSuccesses: 2, totalFailures: 5, undetailedFailures: 0 });
    for (const at of [0, 6]) {
      assert.equal(results[at].itemMetadata._id, results[at].item._id);
      assert.equal(results[at].item.operationStatus, 'PENDING');
      assert.equal((await settled({ files: bulk }, results[at].item._id)).operationStatus, 'READY');
    }

    const short = await bulk.bulkImportFile(wanted, { returnEntity: false });
    assert.deepEqual(short.results.map(({ item }) => item), Array(7).fill(undefined));
    assert.deepEqual(short.results.map(({ itemMetadata }) => Boolean(itemMetadata._id)), codes.map((code) => !code));

    const older = await bulk.bulkImportFiles(wanted);
    assert.deepEqual(older.files.map((file) => `${file.displayName} ${file.operationStatus}`), ['one.pdf PENDING', 'two.pdf PENDING']);
    for (const list of [[], Array(101).fill({ url: good })]) {
      assert.equal((await refusal(() => bulk.bulkImportFile(list))).rule, 'INVALID_VALUE');
      assert.equal((await refusal(() => bulk.bulkImportFiles(list))).rule, 'INVALID_VALUE');
    }
  });

  it('fail one item of a bulk, not the others, where a value is of the wrong type', async () => {
    const good = { url: source.gives('/e/b.pdf', pdf) };
    const { results } = await client.files.bulkImportFile([good, { ...good, mediaType: 'NOWHERE' }, { ...good, labels: 'x' }, good]);
    assert.deepEqual(results.map(({ itemMetadata }) => itemMetadata.error?.code), [undefined, 'INVALID_VALUE', 'INVALID_VALUE', undefined]);
  });

  it('go where they are told to, and may be private', async () => {
    const url = source.gives('/f/rocket.jpg', jpeg);
    const { file } = await importing(url, { filePath: '/imported/2024', private: true });
    const ready = await settled(client, file._id);
    assert.match(ready.parentFolderId, /^[0-9a-f]{32}$/);
    const again = await importing(url, { filePath: 'imported/2024' });
    assert.equal(again.file.parentFolderId, ready.parentFolderId, 'the folders are there already');
    const below = await importing(url, { parentFolderId: ready.parentFolderId, filePath: 'deeper' });
    assert.notEqual(below.file.parentFolderId, ready.parentFolderId);
    const { files: listed } = await client.files.listFiles({ parentFolderId: ready.parentFolderId });
    assert.deepEqual(listed.map(({ _id }) => _id).sort(), [file._id, again.file._id].sort());

    assert.deepEqual([ready.operationStatus, ready.private], ['READY', true]);
    assert.equal((await fetch(ready.url)).status, 403);
    const { downloadUrls } = await client.files.generateFileDownloadUrl(file._id);
    assert.ok((await bytesAt(downloadUrls[0].url)).equals(jpeg));
  });

  it('send parameters and headers to the source, and headers to no other origin', async () => {
    const other = await startSource();
    const landed = other.gives('/landed.jpg', jpeg);
    const options = {
      urlParams: { key: 'a&b', page: 2, tag: ['x', 'y'] },
      urlHeaders: { 'X-Secret': 's3cret', Cookie: 'id=1', Authorization: 'Bearer b' },
    };
    const moved = source.gives('/g/moved.jpg', jpeg);
    const away = source.gives('/g/away.jpg', status(302, { Location: landed }));
    const here = source.gives('/g/here.jpg', status(307, { Location: moved }));
    assert.equal((await imported(`${away}?v=1`, options)).operationStatus, 'READY');
    assert.equal((await imported(here, options)).operationStatus, 'READY');
    const [first] = source.asked('/g/away.jpg');
    assert.deepEqual(first.params, { v: '1', key: 'a&b', page: '2', tag: 'y' });
    for (const { headers } of [first, ...source.asked('/g/moved.jpg')]) {
      assert.deepEqual([headers['x-secret'], headers.cookie, headers.authorization], ['s3cret', 'id=1', 'Bearer b']);
    }
    const [elsewhere] = other.asked('/landed.jpg');
    assert.doesNotMatch(JSON.stringify(elsewhere), /s3cret|id=1|Bearer|a&b|a%26b/);
    await other.stop();
  });

  it('that were accepted but have no room are FAILED, and cost none', async () => {
    const { siteId, client: small } = await newSite(server, INBOX);
    const full = String(jpeg.length + pdf.length - 1);
    await server.admin('quota', 'set', '--site', siteId, '--bytes', full);
    await upload(small, pdf, 'application/pdf', { fileName: 'a.pdf' });
    const { file } = await small.files.importFile(source.gives('/h/rocket.jpg', jpeg));
    const failed = await settled(small, file._id);
    assert.deepEqual([failed.operationStatus, failed.failure.code], ['FAILED', 'SITE_QUOTA_EXCEEDED']);
    assert.deepEqual(await small.channels.getStorageQuota(), { totalQuota: full, totalUsage: String(pdf.length) });
    assert.equal((await fetch(failed.url)).status, 404);
    await server.admin('quota', 'set', '--site', siteId, '--bytes', String(pdf.length));
    const { rule } = await refusal(() => small.files.importFile(`${source.url}/h/rocket.jpg`));
    assert.equal(rule, 'SITE_QUOTA_EXCEEDED', 'no room at all is known at once');
  });

  it('may be trashed or deleted for good while they are fetched', async () => {
    const { client: busy } = await newSite(server, INBOX);
    const releases = [];
    const url = source.gives('/i/rocket.jpg', (request, response) => { releases.push(() => giving(jpeg)(request, response)); });
    const ids = [];
    for (let number = 0; number < 2; number += 1) ids.push((await busy.files.importFile(url)).file._id);
    await until(() => releases.length === 2, 'both fetches');
    const [trashed, deleted] = ids;
    await busy.files.bulkDeleteFiles([trashed]);
    await busy.files.bulkDeleteFiles([deleted], { permanent: true });
    releases.forEach((release) => release());
    const ready = await settled(busy, trashed);
    assert.deepEqual([ready.operationStatus, ready.parentFolderId], ['READY', 'trash-root']);
    await busy.files.bulkRestoreFilesFromTrashBin([trashed]);
    assert.deepEqual((await busy.files.listFiles()).files.map(({ _id }) => _id), [trashed]);
    assert.ok((await bytesAt(ready.url)).equals(jpeg));
    // What was fetched for nobody is thrown away in its own time.
    const objects = async () => (await readdir(join(server.dir, 'storage'), { recursive: true })).filter((path) => path.includes(deleted));
    await until(async () => (await objects()).length === 0, 'the bytes to go');
    assert.equal((await fetch(`${server.url}/media/${deleted}`)).status, 404);
    assert.equal((await busy.channels.getStorageQuota()).totalUsage, String(jpeg.length));
    assert.equal((await refusal(() => busy.files.getFileDescriptor(deleted))).rule, 'RESOURCE_NOT_FOUND');
  });
});

describe('an import', { concurrency: true }, () => {
  /** A source, and a folder for servers; both are gone after the test, whatever becomes of it. */
  const beginning = async (test) => {
    const [source, dataDir, servers] = [await startSource(), await mkdtemp(join(tmpdir(), 'media-manager-')), []];
    const start = async (...args) => {
      servers.push(await startServer({ dataDir, args: [...ALLOWED, ...args] }));
      return servers.at(-1);
    };
    test.after(async () => {
      await Promise.all(servers.map((server) => server.kill()));
      await source.stop();
      await rm(dataDir, { recursive: true });
    });
    return { source, dataDir, start };
  };

  it('leaves no trace of what was sent to its source', async (test) => {
    const { source, dataDir, start } = await beginning(test);
    const server = await start('--log-level', 'trace');
    const { files } = clientFor(server);
    const secrets = { urlParams: { token: 'p4ram-secret' }, urlHeaders: { 'X-Token': 'h3ader-secret' } };
    const urls = [
      source.gives('/a.pdf', pdf), source.gives('/gone.pdf', status(404)), source.gives('/asked', giving(pdf, { 'Content-Type': 'application/pdf' })),
      source.gives('/reset.pdf', (request) => request.socket.destroy()), 'http://127.0.0.1:1/closed.pdf',
    ];
    const ended = await Promise.all(urls.map(async (url) => settled({ files }, (await files.importFile(url, secrets)).file._id)));
    assert.doesNotMatch(JSON.stringify(ended), /-secret/);
    assert.equal(source.asked('/a.pdf')[0].headers['x-token'], 'h3ader-secret');
    assert.equal(source.asked('/a.pdf')[0].params.token, 'p4ram-secret');
    await server.stop();
    assert.match(server.log(), /TRACE/);
    assert.doesNotMatch(server.log(), /-secret/);
    const found = [];
    for (const entry of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
      const bytes = entry.isFile() ? await readFile(join(entry.path, entry.name)) : '';
      if (bytes.includes('-secret')) found.push(entry.name);
    }
    assert.deepEqual(found, []);
  });

  it('survives a kill of the server in the middle of it', async (test) => {
    const { source, dataDir, start } = await beginning(test);
    const jpeg = await real('scikit-image/rocket.jpg');
    const stopping = (_, response) => response.writeHead(200, { 'Content-Length': jpeg.length }).write(jpeg.subarray(0, 50_000));
    const url = source.gives('/rocket.jpg', inTurn(stopping, giving(jpeg)));
    const server = await start();
    const { file } = await clientFor(server).files.importFile(url);
    await reached(source, '/rocket.jpg');
    await pause(200);
    await server.kill();
    const again = await start();
    const ready = await settled(clientFor(again), file._id);
    assert.equal(ready.operationStatus, 'READY', JSON.stringify(ready.failure));
    assert.ok((await bytesAt(`${again.url}/media/${file._id}`)).equals(jpeg));
    assert.deepEqual(await readdir(join(dataDir, 'storage/staging')), []);
  });

  it('from a source that stalls is in nobody\'s way, not even of the server\'s end', async (test) => {
    const { source, start } = await beginning(test);
    const jpeg = await real('scikit-image/rocket.jpg');
    const server = await start();
    const client = clientFor(server);
    const stalling = Array.from({ length: 20 }, (_, number) => ({ url: source.gives(`/${number}.jpg`, silence) }));
    const { bulkActionMetadata } = await client.files.bulkImportFile(stalling);
    assert.equal(bulkActionMetadata.totalSuccesses, 20);
    await reached(source, '/0.jpg');
    const began = Date.now();
    const [whole, half] = await Promise.all([jpeg, jpeg.subarray(0, 20_000)].map(async (bytes) =>
      settled(client, (await upload(client, bytes, 'image/jpeg', { fileName: 'a.jpg' })).id)));
    assert.deepEqual([whole.operationStatus, half.operationStatus, half.failure.code], ['READY', 'FAILED', 'UNREADABLE_FILE']);
    assert.ok(Date.now() - began < 2000, `${Date.now() - began} ms`);
    const stopped = Date.now();
    await server.stop();
    assert.ok(Date.now() - stopped < 3000, `the end took ${Date.now() - stopped} ms`);
  });

  it('begins at once, every time', async (test) => {
    const { source, start } = await beginning(test);
    const { files } = clientFor(await start());
    const waits = [];
    for (let number = 0; number < 12; number += 1) {
      const path = `/${number}.pdf`;
      const { file } = await files.importFile(source.gives(path, pdf));
      const began = Date.now();
      await reached(source, path);
      waits.push(Date.now() - began);
      await settled({ files }, file._id);
    }
    assert.ok(Math.max(...waits) < 500, `ms from the reply to the first request: ${waits}`);
  });
});
