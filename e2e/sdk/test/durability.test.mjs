import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { clientFor } from '../support/client.mjs';
import { startServer } from '../support/server.mjs';

const filesBelow = async (dir) => (await readdir(dir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length;

describe('a server that is killed', () => {
  it('has every acknowledged file, whole, and nothing else', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'media-manager-'));
    const server = await startServer({ dataDir });
    const client = clientFor(server);
    const acknowledged = new Map();
    let next = 0;
    const send = async () => {
      while (next < 200) {
        const number = next;
        next += 1;
        const bytes = Buffer.concat([Buffer.from('text '), Buffer.from(randomBytes(40_000).toString('hex'))]);
        const { uploadUrl } = await client.files.generateFileUploadUrl('text/plain', { fileName: `${number}.txt` });
        const reply = await fetch(uploadUrl, { method: 'PUT', body: bytes });
        if (reply.status === 200) acknowledged.set((await reply.json()).file.id, bytes);
      }
    };
    const settled = Promise.allSettled(Array.from({ length: 16 }, send));
    while (acknowledged.size < 60) await new Promise((resolve) => setTimeout(resolve, 2));
    await server.kill();
    await settled;
    assert.ok(acknowledged.size < 200, 'the kill came in the middle');

    const again = await startServer({ dataDir });
    const after = clientFor(again);
    const found = [];
    let page = await after.files.queryFileDescriptors().limit(100).find();
    for (;;) {
      found.push(...page.items);
      if (!page.hasNext()) break;
      page = await page.next();
    }
    const ids = new Set(found.map(({ _id }) => _id));
    for (const [id, bytes] of acknowledged) {
      assert.ok(ids.has(id), `${id} is lost`);
      const served = await fetch(`${again.url}/ugd/${id}`);
      assert.deepEqual(Buffer.from(await served.arrayBuffer()), bytes);
    }
    // What was committed but not answered in time may be there too; then it is whole, and counted once.
    assert.equal(await filesBelow(join(dataDir, 'storage/objects')), found.length);
    assert.equal(await filesBelow(join(dataDir, 'storage/staging')), 0);
    await again.stop();
    await rm(dataDir, { recursive: true });
  });

  it('refuses a second server on its data, and takes up where it left off', async () => {
    const server = await startServer();
    await assert.rejects(startServer({ dataDir: server.dir }), /another server is running/);
    await server.stop();
  });
});
