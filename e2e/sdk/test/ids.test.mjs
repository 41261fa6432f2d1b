import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { clientFor, refusal, upload } from '../support/client.mjs';
import { real } from '../support/corpus.mjs';
import { startServer } from '../support/server.mjs';

/** By sample: every form in which published clients name such a file. */
const FORMS = {
  'iscc-samples/image/demo.jpg': (id) => [
    `wix:image://v1/${id}/a%20name.jpg#originWidth=200&originHeight=133`,
    `wix:image://v1/${id}/_.jpg#originWidth=200&originHeight=133&watermark=abc`,
    `image://v1/${id}/200_133/name.jpg`,
  ],
  'iscc-samples/video/demo.mp4': (id) => [
    `wix:video://v1/${id}/film.mp4#posterUri=${id}f000.jpg&posterWidth=176&posterHeight=144`,
    `wix:video://v1/${id}/film.mp4/#posterUri=${id}f000.jpg&posterWidth=176&posterHeight=144`,
    `wix:video://v1/video/${id}/film.mp4#posterUri=&posterWidth=1&posterHeight=1`,
  ],
  'iscc-samples/audio/demo.mp3': (id) => [`wix:audio://v1/${id}/song.mp3#duration=15`],
  'iscc-samples/text/demo.pdf': (id) => [`wix:document://v1/${id}/text.pdf`, `wix:document://v1/ugd/${id}/text.pdf`],
};

describe('files by the URLs of the media SDK', () => {
  let server;
  let client;
  const all = [];
  before(async () => {
    server = await startServer();
    client = clientFor(server);
    for (const [path, forms] of Object.entries(FORMS)) {
      const file = await upload(client, await real(path), 'application/octet-stream', { fileName: path.split('/').pop() });
      all.push({ file, forms: forms(file.id) });
    }
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"/>');
    const vector = await upload(client, svg, 'image/svg+xml', { fileName: 'v.svg' });
    all.push({ file: vector, forms: [`wix:vector://v1/${vector.id}/v.svg`, `wix:vector://v1/${vector.id}/`] });
  });
  after(() => server.stop());

  const each = async (work) => {
    for (const { file, forms } of all) for (const form of forms) await work(form, file.id);
  };

  it('shows and changes them', async () => {
    await each(async (form, id) => {
      assert.equal((await client.files.getFileDescriptor(form))._id, id, form);
      assert.deepEqual((await client.files.getFileDescriptors([form])).files.map(({ _id }) => _id), [id], form);
      assert.equal((await client.files.updateFileDescriptor({ _id: form, displayName: form.slice(-9) })).displayName, form.slice(-9));
    });
  });

  it('links to them, one and many', async () => {
    await each(async (form, id) => {
      const { downloadUrls } = await client.files.generateFileDownloadUrl(form);
      assert.ok(new URL(downloadUrls[0].url).pathname.endsWith(`/${id}`), form);
      assert.equal((await fetch(downloadUrls[0].url)).status, 200, form);
    });
    const { downloadUrl } = await client.files.generateFilesDownloadUrl(all.map(({ forms }) => forms[0]));
    assert.equal((await fetch(downloadUrl)).status, 200);
  });

  it('trashes, restores and deletes them', async () => {
    const trash = async () => (await client.files.listDeletedFiles()).files.map(({ _id }) => _id);
    await each(async (form, id) => {
      await client.files.bulkDeleteFiles([form]);
      assert.ok((await trash()).includes(id), form);
      await client.files.bulkRestoreFilesFromTrashBin([form]);
      assert.ok(!(await trash()).includes(id), form);
    });
    await client.files.bulkDeleteFiles(all.map(({ forms }) => forms[0]), { permanent: true });
    await each(async (form) => assert.equal((await refusal(() => client.files.getFileDescriptor(form))).rule, 'RESOURCE_NOT_FOUND'));
  });

  it('refuses what names no file', async () => {
    for (const form of ['wix:image://v1/', 'wix:image://v2/x/y.jpg', 'wix:image://v1/../../etc/passwd', 'wix:image://v1/a\u0000b/c.jpg', '://', '../x']) {
      assert.equal((await refusal(() => client.files.getFileDescriptor(form))).rule, 'RESOURCE_NOT_FOUND', form);
    }
  });
});
