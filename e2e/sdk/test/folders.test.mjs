// All ten methods of the Folders API with the published client, and what files see of the trees they are in.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { clientFor, refusal, upload } from '../support/client.mjs';
import { startServer } from '../support/server.mjs';

const UNKNOWN = '0'.repeat(32);
const ids = (list) => list.map(({ _id }) => _id);
const names = (list) => list.map(({ displayName }) => displayName);

describe('folders', () => {
  let server;
  let client;
  before(async () => {
    server = await startServer();
    client = clientFor(server);
  });
  after(() => server.stop());

  const make = async (displayName, parentFolderId) => {
    const { folder } = await client.folders.createFolder(displayName, parentFolderId ? { parentFolderId } : {});
    return folder._id;
  };
  const note = (fileName, parentFolderId, options = {}) =>
    upload(client, Buffer.from(fileName), 'text/plain', { fileName, parentFolderId, ...options });
  const file = (id) => client.files.getFileDescriptor(id);
  const trash = (...folders) => client.folders.bulkDeleteFolders(folders);
  const remove = (...folders) => client.folders.bulkDeleteFolders(folders, { permanent: true });
  const restore = (...folders) => client.folders.bulkRestoreFoldersFromTrashBin(folders);

  it('are made, shown, and made only once under a name', async () => {
    const { folder } = await client.folders.createFolder('  Été  ');
    assert.match(folder._id, /^[0-9a-f]{32}$/);
    assert.deepEqual(
      { ...folder, _id: 0, _createdDate: 0, _updatedDate: 0 },
      {
        _id: 0, _createdDate: 0, _updatedDate: 0,
        displayName: 'Été', parentFolderId: 'media-root', state: 'OK', siteId: server.siteId,
      },
    );
    assert.ok(folder._createdDate instanceof Date);
    assert.deepEqual(await client.folders.getFolder(folder._id), folder);
    const taken = await refusal(() => make('Été'));
    assert.equal(taken.code, 'FOLDER_ALREADY_EXISTS');
    assert.equal(taken.error.status ?? taken.error.response?.status, 409);
    // The same letters in another spelling are the same name; another case is another.
    assert.equal((await refusal(() => make('E\u0301te\u0301'))).code, 'FOLDER_ALREADY_EXISTS');
    await make('été');
    // Elsewhere the name is free.
    await make('Été', folder._id);
    assert.equal((await client.folders.getFolder('media-root'))._id, 'media-root');
    assert.equal((await refusal(() => client.folders.getFolder(UNKNOWN))).code, 'FOLDER_NOT_FOUND');
    for (const [name, parent, rule] of [
      ['', undefined, 'INVALID_VALUE'],
      ['  ', undefined, 'INVALID_VALUE'],
      ['a\u0007b', undefined, 'INVALID_VALUE'],
      ['x'.repeat(256), undefined, 'INVALID_VALUE'],
      ['a', UNKNOWN, 'RESOURCE_NOT_FOUND'],
      ['a', 'trash-root', 'INVALID_VALUE'],
    ]) {
      assert.equal((await refusal(() => make(name, parent))).rule, rule, JSON.stringify([name, parent]));
    }
    await make('x'.repeat(255));
  });

  it('are renamed and moved, in any subset of what can be changed', async () => {
    const [from, to] = [await make('from'), await make('to')];
    const folder = await make('one', from);
    const before_ = await client.folders.getFolder(folder);
    const renamed = await client.folders.updateFolder(folder, { displayName: 'two' });
    assert.equal(renamed.displayName, 'two');
    assert.equal(renamed.parentFolderId, from);
    assert.ok(renamed._updatedDate > before_._updatedDate);
    const moved = await client.folders.updateFolder(folder, { parentFolderId: to });
    assert.equal(moved.parentFolderId, to);
    const both = await client.folders.updateFolder(folder, { parentFolderId: 'media-root', displayName: 'three' });
    assert.deepEqual([both.displayName, both.parentFolderId], ['three', 'media-root']);
    // A folder as it was read may be sent back.
    const same = await client.folders.updateFolder(folder, structuredClone({ ...both, _id: undefined }));
    assert.equal(same.displayName, 'three');
    await make('four', to);
    const rule = async (id, update) => {
      const { rule: name, code } = await refusal(() => client.folders.updateFolder(id, update));
      return name ?? code;
    };
    assert.equal(await rule(folder, {}), 'FIELD_MASK_IS_EMPTY_OR_MISSING');
    assert.equal(await rule(folder, { parentFolderId: to, displayName: 'four' }), 'FOLDER_ALREADY_EXISTS');
    assert.equal(await rule(folder, { parentFolderId: UNKNOWN }), 'RESOURCE_NOT_FOUND');
    assert.equal(await rule(folder, { parentFolderId: 'trash-root' }), 'INVALID_VALUE');
    assert.equal(await rule(UNKNOWN, { displayName: 'x' }), 'FOLDER_NOT_FOUND');
    assert.equal(await rule('media-root', { displayName: 'x' }), 'FOLDER_IS_FIXED');
    assert.equal(await rule('trash-root', { parentFolderId: to }), 'FOLDER_IS_FIXED');
    const below = await make('below', await make('between', folder));
    assert.equal(await rule(folder, { parentFolderId: folder }), 'FOLDER_CYCLE');
    assert.equal(await rule(folder, { parentFolderId: below }), 'FOLDER_CYCLE');
    // The refused changes changed nothing.
    assert.deepEqual(await client.folders.getFolder(folder), { ...same });
  });

  it('end at level 32, however one gets there', async () => {
    const deep = await note('deep.txt', undefined, { filePath: Array.from({ length: 31 }, (_, n) => `${n}`).join('/') });
    const level32 = await make('level 32', deep.parentFolderId);
    assert.equal((await refusal(() => make('level 33', level32))).rule, 'FOLDER_TOO_DEEP');
    const high = await make('high');
    await make('on it', high);
    const rule = (await refusal(() => client.folders.updateFolder(high, { parentFolderId: deep.parentFolderId }))).rule;
    assert.equal(rule, 'FOLDER_TOO_DEEP');
    const path = await refusal(() => note('too deep.txt', level32, { filePath: 'x' }));
    assert.equal(path.rule, 'INVALID_PATH');
  });

  it('are listed by level, searched by tree, and queried over all levels', async () => {
    const top = await make('Lists');
    const made = [];
    for (const name of ['b Ünder', 'a', 'C', 'd']) made.push(await make(name, top));
    const inner = await make('under two', made[0]);
    const list = (options) => client.folders.listFolders({ parentFolderId: top, ...options });
    assert.deepEqual(names((await list({ sort: { fieldName: 'displayName', order: 'ASC' } })).folders), ['a', 'b Ünder', 'C', 'd']);
    assert.deepEqual(names((await list({ sort: { fieldName: 'displayName', order: 'DESC' } })).folders), ['d', 'C', 'b Ünder', 'a']);
    assert.deepEqual(ids((await list({})).folders), made.toReversed(), 'the newest first');
    // Page by page.
    const paged = [];
    let cursor;
    do {
      const page = await list(cursor ? { paging: { cursor, limit: 3 } } : { paging: { limit: 3 }, sort: { fieldName: 'displayName', order: 'ASC' } });
      assert.equal(page.nextCursor.hasNext, page.nextCursor.cursors.next !== '');
      paged.push(...names(page.folders));
      cursor = page.nextCursor.cursors.next;
    } while (cursor);
    assert.deepEqual(paged, ['a', 'b Ünder', 'C', 'd']);
    const search = async (options) => names((await client.folders.searchFolders(options)).folders).sort();
    assert.deepEqual(await search({ search: 'UNDER' }), ['b Ünder', 'under two']);
    assert.deepEqual(await search({ search: 'nder t' }), ['under two']);
    assert.deepEqual(await search({ search: 'UNDER', rootFolder: 'TRASH_ROOT' }), []);
    assert.deepEqual(await search({ search: 'UNDER', rootFolder: 'VISITOR_UPLOADS_ROOT' }), []);
    await client.folders.updateFolder(inner, { displayName: 'renamed' });
    assert.deepEqual(await search({ search: 'under' }), ['b Ünder']);
    const all = new Set(ids((await client.folders.queryFolders().limit(100).find()).items));
    assert.ok([top, inner, ...made].every((id) => all.has(id)));
    assert.ok(!all.has('media-root') && !all.has('trash-root'));
    const sorted = await client.folders.queryFolders().ascending('displayName').limit(2).find();
    assert.ok(sorted.hasNext());
    const next = await sorted.next();
    assert.ok(next.hasPrev());
    assert.deepEqual(ids((await next.prev()).items), ids(sorted.items));
    for (const [call, rule] of [
      [() => list({ sort: { fieldName: 'sizeInBytes' } }), 'UNSUPPORTED_SORT_VALUE'],
      [() => list({ paging: { cursor: 'x' } }), 'INVALID_CURSOR'],
      [() => list({ paging: { limit: 201 } }), 'INVALID_VALUE'],
      [() => client.folders.listFolders({ parentFolderId: UNKNOWN }), 'RESOURCE_NOT_FOUND'],
      [() => client.folders.searchFolders({ search: 'x'.repeat(201) }), 'INVALID_VALUE'],
    ]) {
      assert.equal((await refusal(call)).rule, rule, call.toString());
    }
    // A cursor of files is none of folders.
    await note('1.txt', top);
    await note('2.txt', top);
    const files = await client.files.listFiles({ parentFolderId: top, paging: { limit: 1 } });
    assert.equal((await refusal(() => list({ paging: { cursor: files.nextCursor.cursors.next } }))).rule, 'INVALID_CURSOR');
  });

  it('go to the trash and come back with everything in them', async () => {
    const top = await make('Trip');
    const inner = await make('day 1', top);
    const [outside, inside] = [await note('trip outside.txt', top), await note('trip inside.txt', inner)];
    await trash(top);
    const found = async (options) => ids((await client.files.searchFiles({ search: 'trip', ...options })).files).sort();
    assert.deepEqual(await found(), []);
    assert.deepEqual(await found({ rootFolder: 'TRASH_ROOT' }), [outside.id, inside.id].sort());
    // The folder shows that it is there, what it holds shows where it is in it.
    assert.equal((await client.folders.getFolder(top)).parentFolderId, 'trash-root');
    assert.equal((await client.folders.getFolder(inner)).parentFolderId, top);
    const descriptor = await file(inside.id);
    assert.deepEqual([descriptor.parentFolderId, descriptor.state], [inner, 'OK']);
    assert.equal((await fetch(inside.url)).status, 200, 'it is served until it is gone');
    assert.deepEqual(ids((await client.folders.listDeletedFolders()).folders), [top]);
    assert.deepEqual(ids((await client.folders.listDeletedFolders({ parentFolderId: top })).folders), [inner]);
    assert.ok(!ids((await client.folders.listFolders()).folders).includes(top));
    assert.deepEqual(ids((await client.files.listFiles({ parentFolderId: inner })).files), [inside.id]);
    const deleted = await client.folders.queryFolders().eq('state', 'DELETED').find();
    assert.deepEqual(ids(deleted.items).sort(), [top, inner].sort());
    // Nothing goes in there; what is there may be deleted again without an error.
    assert.equal((await refusal(() => note('x.txt', inner))).rule, 'INVALID_VALUE');
    assert.equal((await refusal(() => make('x', inner))).rule, 'INVALID_VALUE');
    await trash(top, inner);
    await restore(top);
    assert.equal((await client.folders.getFolder(top)).parentFolderId, 'media-root');
    assert.deepEqual(await found(), [outside.id, inside.id].sort());
    await restore(top);
    assert.equal((await refusal(() => trash(UNKNOWN))).code, 'FOLDER_NOT_FOUND');
    assert.equal((await refusal(() => restore(UNKNOWN))).code, 'FOLDER_NOT_FOUND');
    assert.equal((await refusal(() => trash('media-root'))).rule, 'FOLDER_IS_FIXED');
    assert.equal((await refusal(() => remove('trash-root'))).rule, 'FOLDER_IS_FIXED');
    // All or none.
    assert.equal((await refusal(() => trash(inner, UNKNOWN))).code, 'FOLDER_NOT_FOUND');
    assert.equal((await client.folders.getFolder(inner)).parentFolderId, top);
  });

  it('come back to where there is room for them', async () => {
    const home = await make('home');
    const first = await make('same', home);
    await trash(first);
    const second = await make('same', home);
    await restore(first);
    assert.equal((await client.folders.getFolder(first)).displayName, 'same (1)');
    await trash(first, second);
    await remove(home);
    await restore(first, second);
    for (const id of [first, second]) assert.equal((await client.folders.getFolder(id)).parentFolderId, 'media-root');
    // One of two that went together comes out alone, and the other stays.
    const outer = await make('outer');
    const inner = await make('inner', outer);
    const note_ = await note('alone.txt', inner);
    await trash(outer);
    await restore(inner);
    assert.equal((await client.folders.getFolder(inner)).parentFolderId, 'media-root');
    assert.equal((await client.folders.getFolder(outer)).parentFolderId, 'trash-root');
    assert.equal((await client.files.searchFiles({ search: 'alone' })).files.length, 1);
    // A file does, too, and a folder may be moved out of the trash.
    await trash(inner);
    await client.files.bulkRestoreFilesFromTrashBin([note_.id]);
    assert.equal((await file(note_.id)).parentFolderId, 'media-root');
    const moved = await client.folders.updateFolder(inner, { parentFolderId: second });
    assert.equal(moved.parentFolderId, second);
    assert.ok(!ids((await client.folders.queryFolders().eq('state', 'DELETED').find()).items).includes(inner));
  });

  it('are deleted for good with everything in them, at once and for everybody', async () => {
    const quota = async () => BigInt((await client.channels.getStorageQuota()).totalUsage);
    const began = await quota();
    const top = await make('for good');
    const inner = await make('inner', top);
    const gone = [await note('gone1.txt', top), await note('gone2.txt', inner)];
    const { downloadUrl } = await client.folders.generateFolderDownloadUrl(top);
    const link = (await client.files.generateFileDownloadUrl(gone[1].id)).downloadUrls[0].url;
    assert.equal((await fetch(link)).status, 200);
    await remove(top);
    for (const { id, url } of gone) {
      assert.equal((await refusal(() => file(id))).rule, 'RESOURCE_NOT_FOUND');
      assert.equal((await fetch(url)).status, 404);
    }
    assert.equal((await fetch(link)).status, 404);
    assert.match(Buffer.from(await (await fetch(downloadUrl)).arrayBuffer()).toString('latin1'), /MISSING FILES/);
    for (const id of [top, inner]) {
      assert.equal((await refusal(() => client.folders.getFolder(id))).code, 'FOLDER_NOT_FOUND');
      assert.equal((await refusal(() => client.files.listFiles({ parentFolderId: id }))).rule, 'RESOURCE_NOT_FOUND');
    }
    assert.equal((await client.files.searchFiles({ search: 'gone', rootFolder: 'TRASH_ROOT' })).files.length, 0);
    assert.equal(await quota(), began);
    // The name is free again, and what was in the trash can go for good, too.
    await trash(await make('for good'));
    const [{ _id }] = (await client.folders.listDeletedFolders()).folders;
    await remove(_id);
    assert.ok(!ids((await client.folders.listDeletedFolders()).folders).includes(_id));
  });

  it('are zipped with the paths in them', async () => {
    const top = await make('zipped');
    const inner = await make('a/b', top);
    await make('empty', top);
    await note('x.txt', top);
    await note('y.txt', inner);
    await note('z.txt', inner, { filePath: 'deeper/still' });
    const { downloadUrl } = await client.folders.generateFolderDownloadUrl(top);
    const reply = await fetch(downloadUrl);
    assert.equal(reply.headers.get('content-type'), 'application/zip');
    const folder = await mkdtemp(join(tmpdir(), 'zip-'));
    await writeFile(join(folder, 'it.zip'), Buffer.from(await reply.arrayBuffer()));
    await promisify(execFile)('unzip', ['-q', 'it.zip'], { cwd: folder });
    for (const [path, text] of [['x.txt', 'x.txt'], ['a_b/y.txt', 'y.txt'], ['a_b/deeper/still/z.txt', 'z.txt']]) {
      assert.equal(await readFile(join(folder, path), 'utf8'), text, path);
    }
    const hidden = await note('hidden.txt', inner, { private: true });
    const refused = await refusal(() => client.folders.generateFolderDownloadUrl(top));
    assert.deepEqual([refused.rule, refused.field], ['PRIVATE_FILE_NOT_ALLOWED', 'folderId']);
    assert.match(refused.error.message, new RegExp(hidden.id.slice(0, 39)));
    assert.equal((await refusal(() => client.folders.generateFolderDownloadUrl(UNKNOWN))).code, 'FOLDER_NOT_FOUND');
  });

  it('of more than a thousand files are refused as a zip, in words', async () => {
    const top = await make('large');
    await Promise.all(Array.from({ length: 8 }, async (_, worker) => {
      for (let number = worker; number < 1001; number += 8) await note(`${number}.many.txt`, top, { filePath: `${number % 7}` });
    }));
    const refused = await refusal(() => client.folders.generateFolderDownloadUrl(top));
    assert.equal(refused.rule, 'TOO_MANY_FILES');
    assert.match(refused.error.message, /more than 1000 files/);
    const [one] = (await client.folders.listFolders({ parentFolderId: top })).folders;
    await client.folders.generateFolderDownloadUrl(one._id);
    // A thousand files are more than a change settles at once: everybody sees the change nevertheless.
    const count = async (rootFolder) =>
      (await client.files.searchFiles({ search: '.many.', rootFolder, paging: { limit: 100 } })).files.length;
    await trash(top);
    assert.deepEqual([await count('MEDIA_ROOT'), await count('TRASH_ROOT')], [0, 100]);
    await restore(top);
    assert.deepEqual([await count('MEDIA_ROOT'), await count('TRASH_ROOT')], [100, 0]);
    await remove(top);
    assert.deepEqual([await count('MEDIA_ROOT'), await count('TRASH_ROOT')], [0, 0]);
  });

  it('on the way of a path are made once by a hundred uploads at a time', async () => {
    const made = await Promise.all(Array.from({ length: 100 }, (_, n) => note(`${n}.txt`, undefined, { filePath: '/new/path/here' })));
    assert.equal(new Set(made.map(({ parentFolderId }) => parentFolderId)).size, 1);
    const [found] = (await client.folders.searchFolders({ search: 'here' })).folders;
    assert.equal(found._id, made[0].parentFolderId);
    assert.equal((await client.folders.searchFolders({ search: 'path' })).folders.length, 1);
  });

  it('are reached by the older paths and every prefix', async () => {
    const id = await make('prefixed');
    const call = (path, method = 'GET', body = undefined) =>
      fetch(server.url + path, { method, body: body && JSON.stringify(body), headers: { Authorization: server.apiKey } });
    for (const prefix of ['/site-media', '/wix-privatemedia-proxy-server', '/_api/wix-privatemedia-proxy-server']) {
      const { folder } = await (await call(`${prefix}/v1/folders/${id}`)).json();
      assert.deepEqual(
        Object.keys(folder).sort(),
        ['createdDate', 'displayName', 'id', 'parentFolderId', 'siteId', 'state', 'updatedDate'],
      );
    }
    const reply = await call(`/site-media/v1/folders/${id}`, 'PATCH', { folderId: id, displayName: 'flat' });
    assert.equal((await reply.json()).folder.displayName, 'flat');
  });
});
