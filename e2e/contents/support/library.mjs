// A server that takes files of every kind, and how to look at what it makes of them.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import sharp from 'sharp';
import { clientFor, put, settled } from '../../sdk/support/client.mjs';
import { folder } from '../../sdk/support/corpus.mjs';
import { startServer } from '../../sdk/support/server.mjs';
import { describe } from '../../images/support/library.mjs';

/** Starts a server; `add` uploads bytes under a name and gives the descriptor on the wire once the file is settled. */
export async function startLibrary(options = {}) {
  const server = await startServer(options);
  const client = clientFor(server);
  return {
    server,
    client,
    /** The reply of the upload, and the descriptor, if the bytes are taken. */
    async send(name, bytes, type = 'application/octet-stream', more = {}) {
      const reply = await put(client, bytes, type, { fileName: name, ...more });
      const body = await reply.json();
      if (reply.status !== 200) return { status: reply.status, body };
      if (body.file.operationStatus === 'PENDING') await settled(client, body.file.id);
      return { status: 200, file: await describe(server, body.file.id) };
    },
    async add(name, bytes, type, more) {
      const { status, body, file } = await this.send(name, bytes, type, more);
      assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`);
      return file;
    },
    /** A request to this server's own API. */
    async own(path, init = {}) {
      const headers = { Authorization: server.apiKey, 'Content-Type': 'application/json' };
      const reply = await fetch(`${server.url}/media-manager/v1${path}`, { headers, ...init });
      return { status: reply.status, body: await reply.json() };
    },
    stop: () => server.stop(),
  };
}

/** Files of the corpus below a folder, by what their names end with. */
export async function corpus(under, ...endings) {
  const root = join(folder, under);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && endings.includes(extname(entry.name).slice(1).toLowerCase()));
  return files.map((entry) => join(entry.parentPath ?? entry.path, entry.name)).sort();
}

export const read = (path) => readFile(path);
export const named = (path) => basename(path);

/** A picture that the server gives: its size and its pixels, RGBA. */
export async function picture(url, init) {
  const reply = await fetch(url, init);
  const bytes = Buffer.from(await reply.arrayBuffer());
  assert.equal(reply.status, 200, `${url}: ${bytes.subarray(0, 300)}`);
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (x, y) => [...data.subarray((Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * 4).subarray(0, 4)];
  return { ...info, bytes, data, at, type: reply.headers.get('content-type'), headers: reply.headers };
}

/** How much of a picture isn't its background: the share of pixels unlike the one in the corner. */
export function inked({ data, width, height }) {
  const corner = data.subarray(0, 4);
  let unlike = 0;
  for (let i = 0; i < data.length; i += 4) {
    const far = [0, 1, 2, 3].some((k) => Math.abs(data[i + k] - corner[k]) > 24);
    if (far) unlike += 1;
  }
  return unlike / (width * height);
}

/** Does something with each, a few at a time. */
export async function each(list, most, work) {
  const left = [...list];
  const one = async () => { while (left.length) await work(left.shift()); };
  await Promise.all(Array.from({ length: most }, one));
}
