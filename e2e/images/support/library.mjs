// A server with pictures in it, and how to ask it for images.
import sharp from 'sharp';
import { clientFor, settled, upload } from '../../sdk/support/client.mjs';
import { startServer } from '../../sdk/support/server.mjs';
import { picture } from './pictures.mjs';

/** Starts a server and uploads these pictures of `pictures.mjs`; `server`, `client`, and what to do with images. */
export async function startLibrary(names = [], options = {}) {
  const server = await startServer(options);
  const client = clientFor(server);
  const files = new Map();
  const library = {
    server,
    client,
    /** Uploads bytes under a name, which then stands for the file's id in `get`; the descriptor on the wire, READY. */
    async add(name, bytes, type, more = {}) {
      const file = await upload(client, bytes, type, { fileName: name, ...more });
      if (file.operationStatus === 'PENDING') await settled(client, file.id);
      const now = await describe(server, file.id);
      if (now.operationStatus !== 'READY') throw new Error(`${name} is ${now.operationStatus}`);
      files.set(name, now);
      return now;
    },
    file: (name) => files.get(name),
    /** The address of `photo.jpg/v1/…`, where the first segment is the name of a picture. */
    url(path) {
      const [name, ...rest] = path.split('/');
      const { id } = files.get(name);
      // image-kit makes the file name of the id.
      return `${server.url}/media/${[id, ...rest].join('/').replaceAll(`/${stem(name)}.`, `/${stem(id)}.`)}`;
    },
    get: (path, headers = {}, init = {}) => ask(library.url(path), headers, init),
    stop: () => server.stop(),
  };
  for (const name of names) {
    const { bytes, type } = await picture(name);
    await library.add(name, bytes, type);
  }
  return library;
}

const stem = (name) => name.slice(0, name.lastIndexOf('.'));

/** A request for an image; status, headers, and the bytes. What isn't answered within half a minute is an error. */
export async function ask(url, headers = {}, init = {}) {
  const signal = init.signal ?? AbortSignal.timeout(30_000);
  const reply = await fetch(url, { ...init, signal, headers: { Accept: '*/*', ...headers } }).catch((error) => {
    throw new Error(`no answer for ${url}: ${error.message}`);
  });
  const bytes = Buffer.from(await reply.arrayBuffer());
  return { url, status: reply.status, headers: reply.headers, type: reply.headers.get('content-type'), bytes };
}

/** What a good reply must be, else an error that says what came; sharp's metadata of the picture, and `bytes` and `headers`. */
export async function shown(asked) {
  const reply = await asked;
  if (reply.status !== 200) throw new Error(`${reply.status} for ${reply.url}\n${reply.bytes.subarray(0, 300)}`);
  const metadata = await sharp(reply.bytes, { pages: reply.bytes.length > 0 && animated(reply.type) ? -1 : 1, limitInputPixels: false }).metadata();
  return { ...reply, ...metadata, height: metadata.pageHeight ?? metadata.height, format: formats[reply.type] };
}

const animated = (type) => type === 'image/gif' || type === 'image/webp';
const formats = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp', 'image/avif': 'avif', 'image/gif': 'gif' };

/** The descriptor of a file on the wire. */
export async function describe(server, id) {
  const reply = await fetch(`${server.url}/site-media/v1/files/get-file-by-id?fileId=${encodeURIComponent(id)}`, {
    headers: { Authorization: server.apiKey, 'wix-site-id': server.siteId },
  });
  return (await reply.json()).file;
}

/** A call of the API by hand; status and body. */
export async function call(server, path, body) {
  const reply = await fetch(server.url + path, {
    method: 'POST',
    headers: { Authorization: server.apiKey, 'wix-site-id': server.siteId, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: reply.status, body: await reply.json() };
}

/** The sum of a metric over its labels; 0 as long as it isn't there. */
export async function metric(server, name) {
  const text = await (await fetch(`${server.ops}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(name) && /^[{ ]/.test(line.slice(name.length)));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
