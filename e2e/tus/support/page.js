// What a page of an app has: an input to pick a file with, and Uppy that uploads it. Bundled by browser.mjs.
import { Uppy } from '@uppy/core';
import Tus from '@uppy/tus';

const HEADERS = ['Location', 'Upload-Offset', 'Upload-Length', 'Upload-Expires', 'Upload-Metadata', 'Tus-Resumable', 'X-Wix-Request-Id'];

/** Uploads what is picked; what was sent and heard is in `page`. */
window.expect = ({ uploadUrl, uploadToken }, options = {}) => {
  const uppy = new Uppy().use(Tus, {
    endpoint: uploadUrl,
    retryDelays: [0, 100, 300, 1000],
    allowedMetaFields: ['filename', 'contentType', 'token'],
    onAfterResponse: (request, response) => {
      const headers = Object.fromEntries(HEADERS.map((name) => [name, response.getHeader(name)]));
      page.replies.push({ method: request.getMethod(), status: response.getStatus(), headers });
    },
    ...options,
  });
  const page = { uppy, sent: 0, replies: [] };
  uppy.on('upload-progress', (_, { bytesUploaded }) => { page.sent = bytesUploaded; });
  document.querySelector('input').onchange = ({ target: { files: [file] } }) => {
    uppy.addFile({ name: file.name, type: file.type, data: file, meta: { filename: file.name, contentType: file.type, token: uploadToken } });
    page.done = uppy.upload().then(({ successful, failed }) => [successful.length, failed.map(({ error }) => error)]);
  };
  window.page = page;
};

/** The last request of the contract's flow; its JSON. */
window.finish = async ({ uploadUrl, uploadToken }) => (await fetch(`${uploadUrl}/${uploadToken}`, { method: 'PUT' })).json();
