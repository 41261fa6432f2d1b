// A server, and what is uploaded to it, until all of it is made.
import { clientFor, refusal, upload } from '../../sdk/support/client.mjs';
import { startServer } from '../../sdk/support/server.mjs';
import { until } from '../../sdk/support/until.mjs';
import { bytesOf, srt, typeOf } from './clips.mjs';
import { startReference } from './reference.mjs';

/** Starts a server; `server`, `client`, and what to do with video and sound. */
export async function startLibrary(options = {}) {
  const server = await startServer(options);
  const client = clientFor(server);
  const library = {
    server,
    client,
    describe: (id) => describe(server, id),
    /** Uploads bytes, and waits until the file is READY or FAILED, and all that is made of it is there; its descriptor on the wire. */
    async add(name, bytes, { type = typeOf(name), within = 240_000, ...more } = {}) {
      const { id } = await upload(client, bytes, type, { fileName: name, ...more });
      return library.done(id, within);
    },
    /** Waits until nothing more is made of a file. */
    done: (id, within = 240_000) => until(async () => {
      const file = await describe(server, id);
      if (file.operationStatus === 'FAILED') return file;
      const { pending } = file.media?.video ?? file.media?.audio ?? {};
      return file.operationStatus === 'READY' && !pending?.length && file;
    }, `${id} to be done`, within),
    /** The keys of what there is of a file: a key that there can't be is refused with a list of them. */
    async keys(id) {
      const { rule, data, error } = await refusal(() => client.files.generateFileDownloadUrl(id, { assetKeys: ['no such key'] }));
      if (rule !== 'INVALID_ASSET_KEY') throw error;
      return data.allowedValues;
    },
    /** Waits a while for what is made when all qualities are there, and is no quality; that it comes is a test of its own. */
    async adorned(id) {
      const wanted = ['storyboard.jpg', 'storyboard.vtt', 'preview.webp'];
      await until(async () => {
        const keys = await library.keys(id);
        return wanted.every((key) => keys.includes(key));
      }, wanted, 20_000).catch(() => {});
      return describe(server, id);
    },
    /** Uploads a clip. */
    addClip: async (name, more = {}) => library.add(name, await bytesOf(name), more),
    /** The address of a stream, by the published client. */
    async stream(id, format = 'HLS', more = {}) {
      const { downloadUrl } = await client.files.generateVideoStreamingUrl(id, { format, ...more });
      return downloadUrl.url;
    },
    /** A call of this server's own API; status and body. */
    async call(method, path, body) {
      const reply = await fetch(`${server.url}/media-manager/v1/${path}`, {
        method, headers: { Authorization: server.apiKey, 'wix-site-id': server.siteId, 'Content-Type': 'application/json' }, body: body && JSON.stringify(body),
      });
      const text = await reply.text();
      return { status: reply.status, body: text && JSON.parse(text) };
    },
    /** Puts captions beside a video. */
    async caption(id, language = 'en', text = srt, more = {}) {
      const { status, body } = await library.call('PUT', `files/${encodeURIComponent(id)}/captions/${language}`, { label: 'English', text, default: true, ...more });
      if (![200, 201, 204].includes(status)) throw new Error(`captions were answered with ${status}: ${JSON.stringify(body)}`);
      return body;
    },
    /** The same where there is more to be seen without: the language, or why there are none, which is a test of its own. */
    captioned: (id) => library.caption(id).then(() => 'en', (error) => error),
    stop: () => server.stop(),
  };
  return library;
}

/** The descriptor of a file on the wire. */
export async function describe(server, id) {
  const reply = await fetch(`${server.url}/site-media/v1/files/get-file-by-id?fileId=${encodeURIComponent(id)}`, {
    headers: { Authorization: server.apiKey, 'wix-site-id': server.siteId },
  });
  if (reply.status !== 200) throw new Error(`${reply.status} for ${id}`);
  return (await reply.json()).file;
}

/** The renditions of a descriptor that are files, the smallest first. */
export const renditions = (file) => file.media.video.resolutions.filter(({ format }) => format === 'mp4').sort((a, b) => a.height * a.width - b.height * b.width);

/** With PLAYERS_ON=reference, what ffmpeg made is looked at instead of the server: then a failure is one of the tests. */
export const onReference = process.env.PLAYERS_ON === 'reference';

/** A server with the counted clip and its captions, and the addresses of its stream. */
export async function startCounted(options = {}) {
  if (onReference) return startReference();
  const library = await startLibrary();
  try {
    const file = await library.addClip('counted.mp4', options);
    if (file.operationStatus !== 'READY') throw new Error(`the clip is ${file.operationStatus}: ${JSON.stringify(file.failure)}`);
    const captions = await library.captioned(file.id);
    const found = renditions(file);
    return {
      library,
      file,
      captions,
      heights: found.map(({ height }) => height),
      hls: await library.stream(file.id, 'HLS'),
      dash: await library.stream(file.id, 'DASH'),
      progressive: found.at(-1)?.url,
      stop: () => library.stop(),
    };
  } catch (error) {
    await library.stop();
    throw error;
  }
}
