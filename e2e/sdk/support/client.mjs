// The published client, pointed at a server on loopback. Only `fetch` is ours, as the SDK always speaks https.
import { ApiKeyStrategy, createClient } from '@wix/sdk';
import { communicationChannelsMedia as channels } from '@wix/comm-channels-media';
import { files, folders } from '@wix/media';

/** A client for `server`. `host: 'custom'` uses the SDK's paths for a custom host, else those of www.wixapis.com. */
export function clientFor(server, { apiKey = server.apiKey, siteId = server.siteId, host = 'custom' } = {}) {
  const origin = new URL(server.url);
  return createClient({
    modules: { files, folders, channels },
    auth: ApiKeyStrategy({ apiKey, siteId }),
    ...(host === 'custom' ? { host: { essentials: {}, apiBaseUrl: origin.host } } : {}),
    fetch: (url, init) => {
      const target = new URL(url);
      return fetch(`${server.url}${target.pathname}${target.search}`, init);
    },
  });
}

/** Uploads bytes the way an app does; the reply of the PUT. */
export async function put(client, bytes, mimeType, options = {}, query = '') {
  const { uploadUrl } = await client.files.generateFileUploadUrl(mimeType, options);
  return fetch(uploadUrl + query, { method: 'PUT', body: bytes, headers: { 'Content-Type': mimeType } });
}

/** Uploads bytes and returns the descriptor on the wire. */
export async function upload(client, bytes, mimeType, options = {}, query = '') {
  const reply = await put(client, bytes, mimeType, options, query);
  const body = await reply.json();
  if (reply.status !== 200) throw new Error(`PUT answered ${reply.status}: ${JSON.stringify(body)}`);
  return body.file;
}

/** Waits until a file is no longer PENDING. */
export async function settled(client, id, seconds = 60) {
  for (let tries = 0; tries < seconds * 10; tries += 1) {
    const file = await client.files.getFileDescriptor(id);
    if (file.operationStatus !== 'PENDING') return file;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${id} is still PENDING`);
}

/** The rule name and the field of the first violation that a call is refused with. */
export async function refusal(call) {
  try {
    await call();
  } catch (error) {
    const violation = error.details?.validationError?.fieldViolations?.[0];
    const code = error.details?.applicationError?.code;
    return { rule: violation?.ruleName, field: violation?.field, data: violation?.data, code, error };
  }
  throw new Error('the call was not refused');
}
