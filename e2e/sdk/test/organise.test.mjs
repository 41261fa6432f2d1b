import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { clientFor, refusal, upload } from '../support/client.mjs';
import { startServer } from '../support/server.mjs';

const UNKNOWN = 'aaaaaa_00000000000000000000000000000000~mv2.jpg';

describe('organising', () => {
  let server;
  let client;
  before(async () => {
    server = await startServer();
    client = clientFor(server);
  });
  after(() => server.stop());

  const note = (fileName, options = {}) => upload(client, Buffer.from(fileName), 'text/plain', { fileName, ...options });

  it('shows files in the order asked for, and names the one that is not there', async () => {
    const [a, b] = [await note('a.txt'), await note('b.txt')];
    const { files } = await client.files.getFileDescriptors([b.id, a.id, b.id]);
    assert.deepEqual(files.map(({ _id }) => _id), [b.id, a.id, b.id]);
    const refused = await refusal(() => client.files.getFileDescriptors([a.id, UNKNOWN]));
    assert.equal(refused.rule, 'RESOURCE_NOT_FOUND');
    assert.equal(refused.field, 'fileIds[1]');
    assert.equal((await refusal(() => client.files.getFileDescriptor(UNKNOWN))).rule, 'RESOURCE_NOT_FOUND');
    assert.equal((await refusal(() => client.files.getFileDescriptor('nonsense'))).rule, 'RESOURCE_NOT_FOUND');
    assert.equal((await refusal(() => client.files.getFileDescriptors(Array(101).fill(a.id)))).rule, 'INVALID_VALUE');
  });

  it('changes any writable subset', async () => {
    // Its text is found whatever it is called.
    const file = await upload(client, Buffer.from('words'), 'text/plain', { fileName: 'before.txt', filePath: 'somewhere', labels: ['one'] });
    const renamed = await client.files.updateFileDescriptor({ _id: file.id, displayName: ' after.txt ' });
    assert.equal(renamed.displayName, 'after.txt');
    assert.deepEqual(renamed.labels, ['one']);
    assert.ok(renamed._updatedDate > renamed._createdDate);
    const moved = await client.files.updateFileDescriptor({ _id: file.id, parentFolderId: 'media-root', labels: ['x', 'y'] });
    assert.equal(moved.parentFolderId, 'media-root');
    assert.deepEqual(moved.labels, ['x', 'y']);
    assert.equal((await client.files.searchFiles({ search: 'after' })).files.length, 1);
    assert.equal((await client.files.searchFiles({ search: 'before' })).files.length, 0);
    const empty = await client.files.updateFileDescriptor({ _id: file.id, labels: [] });
    assert.deepEqual(empty.labels, []);
  });

  it('takes a whole descriptor back as it was read', async () => {
    const file = await note('whole.txt');
    const read = await client.files.getFileDescriptor(file.id);
    // The SDK rewrites what it is given on its way out, so it gets a copy.
    const written = await client.files.updateFileDescriptor({ ...structuredClone(read), displayName: 'changed.txt' });
    assert.deepEqual({ ...written, _updatedDate: 0 }, { ...read, displayName: 'changed.txt', _updatedDate: 0 });
  });

  it('refuses updates that change nothing, or nothing that can be changed', async () => {
    const file = await note('c.txt');
    const rule = async (update) => (await refusal(() => client.files.updateFileDescriptor(update))).rule;
    assert.equal(await rule({ _id: file.id }), 'FIELD_MASK_IS_EMPTY_OR_MISSING');
    assert.equal(await rule({ _id: file.id, hash: 'x' }), 'FIELD_MASK_IS_EMPTY_OR_MISSING');
    assert.equal(await rule({ _id: UNKNOWN, displayName: 'x' }), 'RESOURCE_NOT_FOUND');
    assert.equal(await rule({ _id: file.id, displayName: 'x'.repeat(256) }), 'INVALID_VALUE');
    assert.equal(await rule({ _id: file.id, displayName: ' ' }), 'INVALID_VALUE');
    assert.equal(await rule({ _id: file.id, displayName: 'a\nb' }), 'INVALID_VALUE');
    assert.equal(await rule({ _id: file.id, parentFolderId: 'nowhere' }), 'RESOURCE_NOT_FOUND');
    assert.equal(await rule({ _id: file.id, labels: Array(101).fill('l') }), 'INVALID_VALUE');
    assert.equal(await rule({ _id: file.id, labels: ['l'.repeat(201)] }), 'INVALID_VALUE');
  });

  it('moves to the trash and back to the folder it came from', async () => {
    const file = await note('trash me.txt', { filePath: 'origin' });
    await client.files.bulkDeleteFiles([file.id, file.id]);
    await client.files.bulkDeleteFiles([file.id]);
    const trashed = await client.files.getFileDescriptor(file.id);
    assert.equal(trashed.parentFolderId, 'trash-root');
    assert.equal(trashed.state, 'OK');
    assert.deepEqual((await client.files.listDeletedFiles()).files.map(({ _id }) => _id), [file.id]);
    assert.equal((await client.files.searchFiles({ search: 'trash me' })).files.length, 0);
    assert.equal((await client.files.searchFiles({ search: 'trash me', rootFolder: 'TRASH_ROOT' })).files.length, 1);
    assert.equal((await client.files.queryFileDescriptors().eq('state', 'DELETED').find()).items.length, 1);
    assert.equal((await fetch(file.url)).status, 200, 'the trash still serves');
    await client.files.bulkRestoreFilesFromTrashBin([file.id]);
    const restored = await client.files.getFileDescriptor(file.id);
    assert.equal(restored.parentFolderId, file.parentFolderId);
    assert.equal(restored._updatedDate.toISOString(), file.updatedDate);
    await client.files.bulkRestoreFilesFromTrashBin([file.id]);
  });

  it('deletes for good', async () => {
    const file = await note('gone.txt');
    await client.files.bulkDeleteFiles([file.id], { permanent: true });
    assert.equal((await refusal(() => client.files.getFileDescriptor(file.id))).rule, 'RESOURCE_NOT_FOUND');
    assert.equal((await fetch(file.url)).status, 404);
    assert.equal((await client.files.searchFiles({ search: 'gone' })).files.length, 0);
    assert.equal((await refusal(() => client.files.bulkDeleteFiles([file.id]))).field, 'fileIds[0]');
  });

  it('takes a thousand ids in one call and not one more', async () => {
    const file = await note('many.txt');
    await client.files.bulkDeleteFiles(Array(1000).fill(file.id));
    await client.files.bulkRestoreFilesFromTrashBin(Array(1000).fill(file.id));
    assert.equal((await refusal(() => client.files.bulkDeleteFiles(Array(1001).fill(file.id)))).rule, 'INVALID_VALUE');
  });

  it('finds nothing any more of what was deleted for good, even before its bytes are gone', async (t) => {
    const idle = await startServer({ args: ['--no-worker'] });
    t.after(() => idle.stop());
    const { files } = clientFor(idle);
    const [live, trashed] = await Promise.all(['live.txt', 'trashed.txt'].map((fileName) =>
      upload({ files }, Buffer.from(fileName), 'text/plain', { fileName })));
    await files.bulkDeleteFiles([trashed.id]);
    await files.bulkDeleteFiles([live.id, trashed.id], { permanent: true });
    const lists = [
      await files.listFiles(), await files.searchFiles(), await files.listDeletedFiles(), await files.searchFiles({ rootFolder: 'TRASH_ROOT' }),
    ].map(({ files: found }) => found.length);
    assert.deepEqual([...lists, (await files.queryFileDescriptors().find()).items.length], [0, 0, 0, 0, 0]);
  });
});
