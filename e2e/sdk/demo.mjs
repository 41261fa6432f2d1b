// A tour of the main job, for people: what was asked, what came of it, and how long it took.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientFor, settled, upload } from './support/client.mjs';
import { real } from './support/corpus.mjs';
import { startServer } from './support/server.mjs';

const PHOTOGRAPHS = [
  ['scikit-image/rocket.jpg', 'image/jpeg', ['launch', 'night']],
  ['scikit-image/hubble_deep_field.jpg', 'image/jpeg', ['galaxies', 'night']],
  ['scikit-image/retina.jpg', 'image/jpeg', ['medicine']],
  ['scikit-image/astronaut.png', 'image/png', ['portrait']],
  ['scikit-image/chelsea.png', 'image/png', ['cat', 'portrait']],
  ['scikit-image/coffee.png', 'image/png', ['table']],
];

const row = (what, result, ms) => console.log(`  ${what.padEnd(44)}${result.padEnd(44)}${ms === undefined ? '' : `${ms.toFixed(0)} ms`.padStart(8)}`);
const timed = async (what, call, say) => {
  const began = performance.now();
  const value = await call();
  row(what, say(value), performance.now() - began);
  return value;
};

const server = await startServer();
const client = clientFor(server);
console.log('\nA throw-away media-manager, and the published @wix/sdk and @wix/media, unchanged.\n');
row('what', 'what came of it');
row('-'.repeat(42), '-'.repeat(42));

const sources = new Map();
for (const [path, mime, labels] of PHOTOGRAPHS) {
  const bytes = await real(path);
  const fileName = path.split('/').pop();
  const file = await timed(`upload ${fileName}, ${(bytes.length / 1000).toFixed(0)} kB`, async () => {
    const { id } = await upload(client, bytes, mime, { fileName, labels, filePath: labels.includes('portrait') ? '/people' : undefined });
    return settled(client, id);
  }, (ready) => {
    const [, width, height] = /originWidth=(\d+)&originHeight=(\d+)/.exec(ready.media.image.image);
    return `${ready.operationStatus}, ${width} x ${height}, mostly ${ready.media.image.colors.prominent.hex}`;
  });
  sources.set(file._id, { bytes, file });
}
const names = (files) => files.map(({ displayName }) => displayName).join(', ');
await timed('search for the label "night"', () => client.files.searchFiles({ search: 'night' }), ({ files }) => names(files));
const { files: [cat] } = await timed('search for "CHELS", any part of a name', () => client.files.searchFiles({ search: 'CHELS' }), ({ files }) => names(files));
await timed('move it to the top folder', () => client.files.updateFileDescriptor({ _id: cat._id, parentFolderId: 'media-root' }), (file) => `now in ${file.parentFolderId}`);
await timed('put it into the trash', () => client.files.bulkDeleteFiles([cat._id]), () => 'done');
await timed('look into the trash', () => client.files.listDeletedFiles(), ({ files }) => names(files));
await timed('restore it', () => client.files.bulkRestoreFilesFromTrashBin([cat._id]), () => 'done');
await timed('list the top folder', () => client.files.listFiles({ sort: { fieldName: 'displayName', order: 'ASC' } }), ({ files }) => `${files.length} files, first ${files[0].displayName}`);

const { downloadUrl } = await client.files.generateFilesDownloadUrl([...sources.keys()]);
const zip = await timed('download all as one zip', async () => {
  const reply = await fetch(downloadUrl);
  const bytes = Buffer.from(await reply.arrayBuffer());
  assert.equal(bytes.length, Number(reply.headers.get('content-length')));
  return bytes;
}, (bytes) => `${(bytes.length / 1000).toFixed(0)} kB, exactly as announced`);
const dir = mkdtempSync(join(tmpdir(), 'demo-'));
writeFileSync(join(dir, 'all.zip'), zip);
execFileSync('unzip', ['-q', 'all.zip'], { cwd: dir });
let checked = 0;
for (const { bytes, file } of sources.values()) {
  assert.deepEqual(readFileSync(join(dir, file.displayName)), bytes);
  assert.deepEqual(Buffer.from(await (await fetch(file.url)).arrayBuffer()), bytes);
  checked += bytes.length;
}
row('compare every byte with its source', `${checked.toLocaleString('en')} bytes, twice, all equal`);
rmSync(dir, { recursive: true });
await server.stop();
console.log('\nThe server stopped in good order, and its data are gone.\n');
