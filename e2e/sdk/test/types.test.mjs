// Which files are taken: what the table says is what the published methods admit.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { clientFor, refusal } from '../support/client.mjs';
import { startServer } from '../support/server.mjs';
import { keyOf } from '../support/site.mjs';

const LIMITS = `[limits]
image_bytes = "1MB"
image_pixels = 5000000
vector_bytes = "2KB"
video_bytes = "3MiB"
audio_bytes = 4000
document_bytes = "5MB"
archive_bytes = "6MB"
model3d_bytes = "7MB"
font_bytes = "8MB"
refused_formats = ["rar", "doc", "svg"]
`;

describe('the table of types', () => {
  let dir;
  let server;
  let client;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'media-manager-'));
    await writeFile(join(dir, 'settings.toml'), LIMITS);
    server = await startServer({ args: ['--config', join(dir, 'settings.toml')] });
    client = clientFor(server);
  });
  after(async () => {
    await server.stop();
    await rm(dir, { recursive: true });
  });

  const typesFor = async (apiKey) => fetch(`${server.url}/media-manager/v1/types`, { headers: { Authorization: apiKey } });
  const types = async () => (await (await typesFor(server.apiKey)).json()).types;

  it('is the one of the settings', async () => {
    const sizes = (await types()).map(({ mediaType, maxSizeInBytes, maxPixels }) => [mediaType, maxSizeInBytes, maxPixels]);
    assert.deepEqual(sizes, [
      ['IMAGE', '1000000', '5000000'],
      ['VIDEO', '3145728', undefined],
      ['AUDIO', '4000', undefined],
      ['DOCUMENT', '5000000', undefined],
      ['ARCHIVE', '6000000', undefined],
      ['MODEL3D', '7000000', undefined],
      ['OTHER', '8000000', undefined],
    ], 'a type of which no format is taken is none');
    const names = (await types()).flatMap(({ formats }) => formats.map(({ name }) => name));
    assert.ok(['jpeg', 'zip', 'docx', 'woff2'].every((name) => names.includes(name)));
    assert.ok(!names.some((name) => ['rar', 'doc', 'svg'].includes(name)));
  });

  it('says what uploads are admitted', async () => {
    for (const { maxSizeInBytes, formats } of await types()) {
      for (const { mimeTypes, extensions } of formats) {
        assert.ok(mimeTypes.length > 0 && extensions.length > 0);
        for (const mimeType of mimeTypes) {
          const issue = (size) => client.files.generateFileUploadUrl(mimeType, { fileName: `a.${extensions[0]}`, sizeInBytes: String(size) });
          assert.ok((await issue(Number(maxSizeInBytes))).uploadUrl);
          assert.equal((await refusal(() => issue(Number(maxSizeInBytes) + 1))).rule, 'FILE_SIZE_OVER_LIMIT', mimeType);
        }
      }
    }
    for (const mimeType of ['application/vnd.rar', 'application/msword', 'image/svg+xml']) {
      assert.equal((await refusal(() => client.files.generateFileUploadUrl(mimeType))).rule, 'UNSUPPORTED_FILE_FORMAT');
    }
  });

  it('is shown to whoever may look at files', async () => {
    const reader = await keyOf(server, server.siteId, 'DC-MEDIA.READ-MEDIAMANAGER');
    assert.equal((await typesFor(reader.apiKey)).status, 200);
    assert.equal((await typesFor('wrong')).status, 401);
  });
});
