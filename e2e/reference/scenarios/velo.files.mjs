// The examples of the page of wix-media.v2.
import assert from 'node:assert/strict';
import { refusal } from '../../sdk/support/client.mjs';
import { load } from '../support/run.mjs';
import { emptyZip, get, photo, svg } from '../support/stage.mjs';
import { zipOfThree } from './files.generateFilesDownloadUrl.mjs';
import { promised, read } from '../support/example.mjs';

/** A source of a vector whose name ends like a picture's. */
const vectorIn = (source, headers) => source.gives('/example-vector-art.webp', (request, response) => {
  response.writeHead(200, { 'Content-Type': 'image/svg+xml', ...headers });
  response.end(request.method === 'HEAD' ? undefined : svg);
});

/** The three imported files get ready. */
async function allReady(example, imported) {
  const files = await Promise.all(imported.map(({ _id }) => example.settled(_id)));
  const are = files.map(({ mediaType, operationStatus }) => `${mediaType} ${operationStatus}`);
  assert.deepEqual(are, ['IMAGE READY', 'VECTOR READY', 'VIDEO READY']);
}

/** What was uploaded is as the example's options say. */
const asAsked = ({ file }, parentFolderId) =>
  assert.deepEqual([file.displayName, file.parentFolderId, file.labels], ['image1.jpeg', parentFolderId, ['nature', 'outdoors']]);

export const scenarios = {
  async 'import.js'({ prepared }) {
    const { files } = await load(`${await prepared()}\nexport { files };\n`);
    assert.equal(typeof files.listFiles, 'function');
  },

  async 'bulkDeleteFiles.js'({ run, pdf, files }) {
    const [a, b] = [await pdf('a.pdf'), await pdf('b.pdf')];
    await run({
      ids: { 'w8ide0_v12i2pi4549locqdfeb5yy5b8iyh39az.pdf': a.id, 'w8ide0_ye3x8yyf5izwe01ovn682pa76bzrrcyt.pdf': b.id },
    });
    assert.equal((await refusal(() => files.getFileDescriptor(a.id))).rule, 'RESOURCE_NOT_FOUND', 'permanently');
    assert.deepEqual((await files.listDeletedFiles()).files, []);
  },

  async 'bulkImportFile.js'(example) {
    vectorIn(example.source);
    const { results } = await example.run({
      ids: { igje5u22nij3qkltzsnol37j3dnthvvh: await example.folder() },
      made: ({ results: [image, vector, video] }) => ({
        'a8a52b_f8c86723942347488316f1ab35119411~mv2.jpg': image.item._id,
        'a8a52b_43eb6841371f4d738ddfcb7fa2bb62be-tmp.svg': vector.item._id,
        a8a52b_fec67a695b474a729e3a31010afbb0af: video.item._id,
      }),
    });
    await allReady(example, results.map(({ item }) => item));
  },

  async 'bulkImportFiles.js'(example) {
    vectorIn(example.source, { 'Content-Length': svg.length });
    const { files } = await example.run({
      ids: { igje5u22nij3qkltzsnol37j3dnthvvh: await example.folder() },
      made: ({ files: [image, vector, video] }) => ({
        'w8ide0_h8bpmhc3j3qhgncce0et1nnkghsfozl2~mv2.jpg': image._id,
        'w8ide0_e9xsr959r1ze5aavswj2978r6jt05bwl-tmp.svg': vector._id,
        w8ide0_f6e8f09e5055432286db483917ba923e: video._id,
      }),
    });
    await allReady(example, files);
  },

  async 'bulkRestoreFilesFromTrashBin.js'({ run, jpeg, png, vector, files }) {
    const [a, b, c] = [await jpeg('a.jpg'), await png('b.png'), await vector('c.svg')].map(({ id }) => id);
    await files.bulkDeleteFiles([a, b, c]);
    await run({
      ids: {
        'd4dde1_dee18c9ada174a818ccf75c50e72c739~mv2.jpg': a,
        'd4dde1_32288e20a5aa4213a52b15426fb27c9f~mv2.png': b,
        'd4dde1_8dd2bfe6121f43b29ebeaa63988abf54.svg': c,
      },
    });
    assert.deepEqual((await files.listDeletedFiles()).files, []);
    assert.equal((await files.listFiles()).files.length, 3);
  },

  async 'generateFileDownloadUrl.js'({ run, jpeg }) {
    const { id } = await jpeg('photo.jpg');
    const { downloadUrls: [{ url }] } = await run({ ids: { 'd4dde1_dee18c9ada174a818ccf75c50e72c739~mv2.jpg': id } });
    assert.ok((await get(url)).equals(photo));
  },

  async 'generateFileResumableUploadUrl.js'({ run, folder }) {
    const parentFolderId = await folder();
    const { uploadUrl, uploadToken } = await run({ ids: { '103601562ec94214bee61f470b403dd5': parentFolderId } });
    const version = { 'Tus-Resumable': '1.0.0' };
    const created = await fetch(uploadUrl, {
      method: 'POST',
      headers: { ...version, 'Upload-Length': photo.length, 'Upload-Metadata': `token ${btoa(uploadToken)}` },
    });
    await fetch(new URL(created.headers.get('location'), uploadUrl), {
      method: 'PATCH',
      headers: { ...version, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' },
      body: photo,
    });
    asAsked(await (await fetch(`${uploadUrl}/${uploadToken}`, { method: 'PUT' })).json(), parentFolderId);
  },

  // The page shows what the method resolves to; the example's own function gives a part of it. So do those of zips.
  async 'generateFileUploadUrl.js'({ run, folder }) {
    const parentFolderId = await folder();
    const url = await run({
      ids: { '103601562ec94214bee61f470b403dd5': parentFolderId },
      shown: (uploadUrl) => ({ uploadUrl }),
    });
    asAsked(await (await fetch(url, { method: 'PUT', body: photo })).json(), parentFolderId);
  },

  'generateFilesDownloadUrl.js': zipOfThree,

  async 'generateVideoStreamingUrl.js'({ run, imported }) {
    const { _id } = await imported('/example.mp4');
    await run({ ids: { d4dde1_6ce66a7e99db49f5964ef9f3ef97eefc: _id } });
  },

  async 'getFileDescriptor.js'({ run, imported, folder }) {
    const parentFolderId = await folder();
    const { _id } = await imported('/filename.jpg', { displayName: 'example.jpg', parentFolderId });
    await run({
      ids: { 'w8ide0_989yy3iic89mi8880kq9jkr9x7nxiz7l~mv2.jpg': _id, igje5u22nij3qkltzsnol37j3dnthvvh: parentFolderId },
    });
  },

  async 'getFileDescriptors.js'({ run, imported, put, files }) {
    const image = await imported('/image1.jpg');
    const zip = await put(emptyZip, 'application/zip', 'riverpics.zip');
    await files.updateFileDescriptor({ _id: zip.id, displayName: 'pics' });
    const video = await imported('/example.mp4', { displayName: 'video1.mp4' });
    await run({
      ids: {
        'w8ide0_mnk3lozhxu0w4f1g5wuusmwqedox2w1p~mv2.jpg': image._id,
        'w8ide0_578uul37zvr7b6d7ji3cbm91rlf5dvjy.zip': zip.id,
        w8ide0_87051wjiadg6qj2ywxb07vn5snqxxp2q: video._id,
      },
    });
  },

  async 'importFile.js'({ run, settled }) {
    const { file } = await run({
      made: (value) => ({ 'w8ide0_leac4pwk8o11v8725j9ugcbe70x3alc0~mv2.jpg': value.file._id }),
    });
    assert.equal((await settled(file._id)).operationStatus, 'READY');
  },

  async 'listDeletedFiles.js'({ run, png, vector, files }) {
    const [a, b] = [await png('image1.png'), await vector('vectorArt1.svg')];
    await files.bulkDeleteFiles([a.id, b.id]);
    await run({
      ids: { 'd4dde1_32288e20a5aa4213a52b15426fb27c9f~mv2.png': a.id, 'd4dde1_8dd2bfe6121f43b29ebeaa63988abf54.svg': b.id },
    });
  },

  async 'listFiles.js'({ run, pdf }) {
    const [a, b] = [await pdf('file1.pdf', { filePath: '/pdfs' }), await pdf('file2.pdf', { filePath: '/pdfs' })];
    await run({
      ids: {
        igje5u22nij3qkltzsnol37j3dnthvvh: a.parentFolderId,
        'w8ide0_f4dRFF610cKd7zkjVbaNddXgb181lXfg.pdf': a.id,
        'w8ide0_170y03n3akmstnpt5jmsju89wvgs9tg4.pdf': b.id,
      },
    });
  },

  async 'searchFiles.js'({ run, jpeg, put }) {
    const labels = ['label1', 'label2', 'label3', 'label4'];
    const two = await jpeg('image2.jpg', { labels });
    const one = await jpeg('image1.jpg', { labels: labels.slice(0, 1) });
    const zip = await put(emptyZip, 'application/zip', 'file1.zip');
    await run({
      ids: {
        'w8ide0_ouulk5w0mdr9omjkwsfyn71g4mb1olcf~mv2.jpg': two.id,
        'w8ide0_suuti24j47vesffndm8hkd651u72vp3f~mv2.jpg': one.id,
        'w8ide0_9yvsg5vv40flojo0120h0rz6ki4g0tur.zip': zip.id,
      },
    });
  },

  async 'updateFileDescriptor.js'({ run, jpeg, folder }) {
    const { labels } = promised(await read('velo.files/updateFileDescriptor.js'));
    const { id } = await jpeg('river.jpg', { labels });
    await run({
      ids: { 'd4dde1_0c8b26126ba94f3daee16d9e9be04f0c~mv2.jpg': id, b2bc72834460412494c93617d88b8c89: await folder() },
    });
  },
};
