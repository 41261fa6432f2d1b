// Resumable uploads through tus-js-client, as the reference pages show them, and by hand.
import * as tus from 'tus-js-client';

/** Asks for a token; what the reply says. */
export const issue = (client, mimeType, options = {}) =>
  client.files.generateFileResumableUploadUrl(mimeType, options);

const base64 = (text) => Buffer.from(text).toString('base64');

/** `Upload-Metadata` of the contract's flow. */
export const metadata = (token, filename, contentType) =>
  `filename ${base64(filename)},contentType ${base64(contentType)},token ${base64(token)}`;

/** Uploads with tus-js-client. `watch(upload, sent)` is called with the progress; the upload when it ended. */
export function send(bytes, { uploadUrl, uploadToken }, { watch = () => {}, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const upload = new tus.Upload(bytes, {
      endpoint: uploadUrl,
      metadata: { filename: 'file.bin', contentType: 'application/octet-stream', token: uploadToken },
      retryDelays: [0, 50, 100],
      onProgress: (sent) => watch(upload, sent, () => resolve(upload)),
      onSuccess: () => resolve(upload),
      onError: reject,
      ...options,
    });
    upload.start();
  });
}

/** A request of the protocol; the reply. */
export const ask = (method, url, headers = {}, body = undefined) =>
  fetch(url, { method, body, headers: { 'Tus-Resumable': '1.0.0', ...headers }, ...(body?.getReader ? { duplex: 'half' } : {}) });

/** Begins an upload by hand; its URL. */
export async function begin({ uploadUrl, uploadToken }, length, headers = {}) {
  const known = length === undefined ? { 'Upload-Defer-Length': '1' } : { 'Upload-Length': String(length) };
  const reply = await ask('POST', uploadUrl, { ...known, 'Upload-Metadata': metadata(uploadToken, 'a.txt', 'text/plain'), ...headers });
  return { reply, url: reply.headers.get('location') };
}

/** Sends a piece; the reply. */
export const patch = (url, offset, body, headers = {}) =>
  ask('PATCH', url, { 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream', ...headers }, body);

/** How far an upload is. */
export const offset = async (url) => Number((await ask('HEAD', url)).headers.get('upload-offset'));
