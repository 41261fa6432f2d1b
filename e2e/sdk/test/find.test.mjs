import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { clientFor, refusal, upload } from '../support/client.mjs';
import { startServer } from '../support/server.mjs';

describe('finding', () => {
  let server;
  let client;
  const ids = [];
  before(async () => {
    server = await startServer();
    client = clientFor(server);
    for (let number = 0; number < 25; number += 1) {
      const name = `note ${String.fromCharCode(97 + number)} ${number % 5 === 0 ? 'Crème' : 'plain'} 北京.txt`;
      const file = await upload(client, Buffer.from('x'.repeat(number + 1)), 'text/plain', {
        fileName: name, labels: number % 2 ? ['odd'] : [], private: number >= 20, ...(number < 3 ? { filePath: 'deep/er' } : {}),
      });
      ids.push(file.id);
    }
  });
  after(() => server.stop());

  const pages = async (call) => {
    const all = [];
    let cursor;
    do {
      const page = await call(cursor);
      all.push(page.files.map(({ _id }) => _id));
      cursor = page.nextCursor.hasNext ? page.nextCursor.cursors.next : undefined;
      assert.equal(page.nextCursor.hasNext, Boolean(page.nextCursor.cursors.next));
    } while (cursor);
    return all;
  };

  it('lists one level in every order, page by page', async () => {
    for (const fieldName of ['displayName', 'updatedDate', 'sizeInBytes']) {
      for (const order of ['ASC', 'DESC']) {
        const found = await pages((cursor) => client.files.listFiles(
          cursor ? { paging: { limit: 7, cursor } } : { sort: { fieldName, order }, paging: { limit: 7 } },
        ));
        assert.deepEqual(found.map((page) => page.length), [7, 7, 7, 1], `${fieldName} ${order}`);
        const expected = ids.slice(3);
        assert.deepEqual(found.flat(), order === 'ASC' ? expected : expected.reverse(), `${fieldName} ${order}`);
      }
    }
    const newest = await client.files.listFiles();
    assert.deepEqual(newest.files.map(({ _id }) => _id), ids.slice(3).reverse(), 'newest first when nothing is said');
  });

  it('lists the folder that filePath made', async () => {
    const { parentFolderId } = await client.files.getFileDescriptor(ids[0]);
    const { files } = await client.files.listFiles({ parentFolderId });
    assert.deepEqual(files.map(({ _id }) => _id).sort(), ids.slice(0, 3).sort());
    assert.equal((await refusal(() => client.files.listFiles({ parentFolderId: 'nowhere' }))).rule, 'RESOURCE_NOT_FOUND');
  });

  it('searches all levels by any part of name, label and MIME type', async () => {
    const count = async (search, more = {}) => (await client.files.searchFiles({ search, paging: { limit: 100 }, ...more })).files.length;
    assert.equal(await count(''), 25);
    assert.equal(await count('NOTE'), 25);
    assert.equal(await count('creme'), 5);
    assert.equal(await count('北'), 25);
    assert.equal(await count('京.t'), 25);
    assert.equal(await count('odd'), 12);
    assert.equal(await count('text/plain'), 25);
    assert.equal(await count('no such thing'), 0);
    assert.equal(await count('note', { mediaTypes: ['IMAGE'] }), 0);
    assert.equal(await count('note', { private: true }), 5);
    assert.equal(await count('note', { rootFolder: 'VISITOR_UPLOADS_ROOT' }), 0);
    assert.equal((await client.files.searchFiles()).files.length, 25);
  });

  it('queries with the published builder, forwards and back', async () => {
    let page = await client.files.queryFileDescriptors().eq('mediaType', 'DOCUMENT').ascending('displayName').limit(10).find();
    const seen = [];
    const sizes = [];
    for (;;) {
      sizes.push(page.items.length);
      seen.push(...page.items.map(({ _id }) => _id));
      if (!page.hasNext()) break;
      page = await page.next();
    }
    assert.deepEqual(sizes, [10, 10, 5]);
    assert.deepEqual(seen, ids);
    assert.ok(page.hasPrev());
    page = await page.prev();
    assert.deepEqual(page.items.map(({ _id }) => _id), ids.slice(10, 20));
    const some = await client.files.queryFileDescriptors().in('mediaType', ['IMAGE', 'DOCUMENT']).eq('private', true).find();
    assert.equal(some.items.length, 5);
    assert.equal((await client.files.queryFileDescriptors().eq('state', 'DELETED').find()).items.length, 0);
    const both = client.files.queryFileDescriptors().eq('mediaType', 'IMAGE').eq('mediaType', 'DOCUMENT');
    assert.deepEqual((await both.find()).items, [], 'nothing is both');
  });

  it('refuses what it cannot filter or sort by', async () => {
    const rule = async (call) => (await refusal(call)).rule;
    assert.equal(await rule(() => client.files.listFiles({ mediaTypes: ['OTHER'] })), 'UNSUPPORTED_MEDIA_TYPE');
    assert.equal(await rule(() => client.files.searchFiles({ mediaTypes: ['FOO'] })), 'UNSUPPORTED_MEDIA_TYPE');
    assert.equal(await rule(() => client.files.listFiles({ sort: { fieldName: 'hash' } })), 'UNSUPPORTED_SORT_VALUE');
    assert.equal(await rule(() => client.files.listDeletedFiles({ sort: { fieldName: 'hash' } })), 'UNSUPPORTED_SORT_VALUE');
    assert.equal(await rule(() => client.files.queryFileDescriptors().eq('displayName', 'x').find()), 'UNSUPPORTED_FILTER_VALUE');
    assert.equal(await rule(() => client.files.listFiles({ paging: { cursor: 'made.up.cursor' } })), 'INVALID_CURSOR');
    assert.equal(await rule(() => client.files.listFiles({ paging: { limit: 201 } })), 'INVALID_VALUE');
    assert.equal(await rule(() => client.files.listFiles({ paging: { limit: -1 } })), 'INVALID_VALUE');
    assert.equal(await rule(() => client.files.searchFiles({ search: 'x'.repeat(201) })), 'INVALID_VALUE');
    const { nextCursor } = await client.files.listFiles({ paging: { limit: 1 } });
    const cursor = nextCursor.cursors.next;
    assert.equal(await rule(() => client.files.searchFiles({ paging: { cursor } })), 'INVALID_CURSOR');
  });
});
