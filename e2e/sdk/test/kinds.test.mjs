import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { clientFor, put, refusal, settled } from '../support/client.mjs';
import { folder, real } from '../support/corpus.mjs';
import { startServer } from '../support/server.mjs';

/** By media type: how ids end, under which path originals lie, and which object describes the content. */
const KINDS = {
  IMAGE: { id: /^[0-9a-f]{6}_[0-9a-f]{32}~mv2\.\w+$/, host: 'media', described: 'image' },
  VIDEO: { id: /^[0-9a-f]{6}_[0-9a-f]{32}$/, host: 'video', described: 'video' },
  AUDIO: { id: /^[0-9a-f]{6}_[0-9a-f]{32}\.\w+$/, host: 'mp3', described: 'audio' },
  DOCUMENT: { id: /^[0-9a-f]{6}_[0-9a-f]{32}\.\w+$/, host: 'ugd', described: 'document' },
  ARCHIVE: { id: /^[0-9a-f]{6}_[0-9a-f]{32}\.\w+$/, host: 'archives', described: 'archive' },
  FONT: { id: /^[0-9a-f]{6}_[0-9a-f]{32}\.\w+$/, host: 'fonts', described: undefined },
};
/** What would run, or is none of the formats of the published list. */
const REFUSED = ['html', 'xhtml', 'mobi', 'sqlite', 'swf', 'xml', 'psd', 'rm', 'json'];
const TYPES = { image: 'IMAGE', video: 'VIDEO', audio: 'AUDIO', text: 'DOCUMENT' };

describe('real files of every kind', () => {
  let server;
  let client;
  before(async () => {
    server = await startServer();
    client = clientFor(server);
  });
  after(() => server.stop());

  const samples = async (part) => {
    const names = (await readdir(join(folder, 'iscc-samples', part))).filter((name) => name.includes('.')).sort();
    assert.ok(names.length > 5, part);
    return names;
  };

  for (const part of Object.keys(TYPES)) {
    it(`takes in ${part} samples for what they are, and gives them back byte for byte`, async () => {
      for (const name of await samples(part)) {
        const bytes = await real(`iscc-samples/${part}/${name}`);
        const end = name.split('.').pop();
        if (REFUSED.includes(end)) {
          const refused = await refusal(() => client.files.generateFileUploadUrl('application/octet-stream', { fileName: name }).then(async ({ uploadUrl }) => {
            const reply = await fetch(uploadUrl, { method: 'PUT', body: bytes });
            if (reply.status !== 200) throw Object.assign(new Error(), await reply.json());
          }));
          assert.equal(refused.rule, 'UNSUPPORTED_FILE_FORMAT', name);
          continue;
        }
        const reply = await put(client, bytes, 'application/octet-stream', { fileName: name });
        const body = await reply.json();
        assert.equal(reply.status, 200, `${name}: ${JSON.stringify(body)}`);
        const file = await settled(client, body.file.id);
        const kind = KINDS[file.mediaType];
        // An animation or a sound may come in a container that is named after pictures.
        if (end !== 'gif' && end !== 'ogg') assert.equal(file.mediaType, TYPES[part], name);
        assert.match(file._id, kind.id, name);
        assert.equal(file.operationStatus, 'READY', name);
        assert.equal(file.sizeInBytes, String(bytes.length), name);
        assert.equal(file.displayName, name);
        assert.ok(new URL(file.url).pathname.startsWith(`/${kind.host}/`), `${name}: ${file.url}`);
        assert.deepEqual(Object.keys(file.media ?? {}), kind.described ? [kind.described] : [], name);
        assert.equal((await fetch(file.thumbnailUrl)).status, 200, name);
        const served = await fetch(file.url);
        assert.equal(served.status, 200, name);
        assert.ok(Buffer.from(await served.arrayBuffer()).equals(bytes), name);
      }
    });
  }

  it('finds them by their kind', async () => {
    for (const mediaType of Object.values(TYPES)) {
      const { files } = await client.files.searchFiles({ mediaTypes: [mediaType], paging: { limit: 100 } });
      assert.ok(files.length > 3, mediaType);
      assert.ok(files.every((file) => file.mediaType === mediaType));
    }
  });
});
