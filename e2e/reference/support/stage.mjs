// What an example needs to run: a server, a source of files to import, a site with files, and a backend whose contexts are enabled.
import 'media-manager-client/register';
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { files } from '@wix/media';
import { createClient } from '@wix/sdk';
import { selfHosted } from 'media-manager-client';
import { refusal, settled, upload } from '../../sdk/support/client.mjs';
import { real } from '../../sdk/support/corpus.mjs';
import { startServer } from '../../sdk/support/server.mjs';
import { newSite } from '../../sdk/support/site.mjs';
import { startSource } from '../../sdk/support/source.mjs';
import { differences } from './compare.mjs';
import { functions, promised, read, samples } from './example.mjs';
import { load, quietly } from './run.mjs';

/** The hosts of the pages' links, and where the server has the same. */
const LINKS = {
  'https://static.wixstatic.com': '',
  'https://repackager.wixmp.com/video.wixstatic.com': '',
  'https://video.wixstatic.com': '',
  'https://3ecba886-4267-11ee-be56-0242ac120002.usrfiles.com': '',
  'https://archive.wixmp.com/archive/wix': '/archive',
  'https://upload.wixmp.com': '',
  'https://download-files.wixmp.com': '/download',
  'https://www.wixapis.com': '',
};
const SOURCES = /https:\/\/(www\.site1\.com|cdn\.vectorstock\.com|cdn\.pixabay\.com|example\.org|website\.org)/g;
const SITES = /3ecba886-4267-11ee-be56-0242ac120002|49dcb500-1081-47b0-b13b-368b9bed8fa9/g;
const MEMBER = 'a8a52bb9-bac0-4bba-a55c-0611b5cdaa16';
const webMethods = createRequire(import.meta.url).resolve('@wix/web-methods');

/** Files to make an example's with. */
export const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="20"><rect width="5" height="5"/></svg>';
export const emptyZip = Buffer.from('504b0506000000000000000000000000000000000000', 'hex');
export const [photo, drawing, document, sound, video] = await Promise.all(
  ['scikit-image/rocket.jpg', 'scikit-image/moon.png', 'iscc-samples/text/demo.pdf', 'iscc-samples/audio/demo.mp3', 'iscc-samples/video/demo.mp4'].map(real),
);

/** The bytes at a link. */
export async function get(url) {
  const reply = await fetch(url);
  assert.equal(reply.status, 200, url);
  return Buffer.from(await reply.arrayBuffer());
}

/** Starts a server and a source. `known` says which examples differ, and in what. */
export async function startStage(known) {
  const source = await startSource();
  const server = await startServer({ args: ['--import-allow-networks', '127.0.0.0/8'] });
  for (const path of ['/example.jpg', '/filename.jpg', '/image1.jpg']) source.gives(path, photo);
  for (const path of ['/example.mp4', '/example-video.mp4']) source.gives(path, video);
  return {
    /** The example of this name, on a site of its own. */
    async example(name) {
      const site = await newSite(server, 'DC-INBOX.MANAGE-MSGS');
      const member = await memberOf(site);
      const elevating = (await read(name)).includes('elevate');
      const replies = enableContexts(site, member, elevating);
      if (elevating) {
        assert.equal((await refusal(() => files.listFiles())).code, 'PERMISSION_DENIED', 'not without elevation');
        replies.pop();
      }
      return { ...exampleOn({ ...site, ...member }, name, source, known), ...filesOf(site, source), replies, source };
    },
    async stop() {
      await server.stop();
      await source.stop();
    },
  };
}

/** A member of a site: its id and its access token, as the app's backend gets them. */
async function memberOf({ url, apiKey }) {
  const reply = await fetch(`${url}/media-manager/v1/tokens`, {
    method: 'POST',
    headers: { Authorization: apiKey, 'Content-Type': 'application/json' },
    body: JSON.stringify({ identityType: 'MEMBER' }),
  });
  const { identityId: memberId, accessToken } = await reply.json();
  return { memberId, accessToken };
}

/**
 * Enables the contexts of a site's backend that a member calls. It runs with the app's rights, or with those of the member where the
 * example elevates; a self-hosted client is the app. The replies are noted as they come over the wire.
 */
function enableContexts({ url, siteId: instanceId, keyId, apiKey }, { accessToken }, elevating) {
  const replies = [];
  const media = selfHosted({ url });
  const connection = {
    host: media.host,
    async fetch(...request) {
      const reply = await media.fetch(...request);
      replies.push(await reply.clone().json());
      return reply;
    },
  };
  const member = media.member({ clientId: keyId, appSecret: apiKey, instanceId, accessToken });
  createClient({ ...connection, auth: elevating ? member : member.elevated() }).enableContext('global');
  createClient({ ...connection, auth: member.elevated() }).enableContext('global', { elevated: true });
  globalThis.clientOfExample = { ...connection, auth: media.app({ appId: keyId, appSecret: apiKey, instanceId }) };
  return replies;
}

/** The files of a site, by a published client with a key. */
function filesOf({ client }, source) {
  const put = (bytes, mimeType, fileName, options) => upload(client, bytes, mimeType, { fileName, ...options });
  return {
    files: client.files,
    put,
    jpeg: (fileName, options) => put(photo, 'image/jpeg', fileName, options),
    png: (fileName) => put(drawing, 'image/png', fileName),
    pdf: (fileName, options) => put(document, 'application/pdf', fileName, options),
    vector: (fileName) => put(svg, 'image/svg+xml', fileName),
    settled: (id) => settled(client, id),
    /** A file that was imported, once it is there. */
    imported: async (path, options) => settled(client, (await client.files.importFile(source.url + path, options)).file._id),
    /** The id of a folder with something in it. */
    folder: async () => (await put('in it', 'text/plain', 'a.txt', { filePath: '/sample' })).parentFolderId,
  };
}

/** An example that is to run on a site. */
function exampleOn(site, name, source, { NOT_YET, PAGES_OWN }) {
  /** Its text, with what is replaced replaced; `ids` are new ids by those of the page. */
  async function prepared(ids = {}) {
    let text = await read(name);
    for (const [sample, id] of Object.entries(ids)) {
      assert.ok(text.includes(sample), `${sample} is not in ${name}`);
      text = text.replaceAll(sample, id);
    }
    for (const [host, path] of Object.entries(LINKS)) text = text.replaceAll(host, site.url + path);
    return text
      .replace(SOURCES, source.url)
      .replace(SITES, site.siteId)
      .replaceAll(MEMBER, site.memberId)
      .replace("-H 'Authorization: '", `-H 'Authorization: ${site.apiKey}'`)
      .replace('// Include the auth strategy and host as relevant', '...clientOfExample')
      .replace("'@wix/web-methods'", `'${webMethods}'`)
      .replace("mediaType: 'VIDEO'\n", "mediaType: 'VIDEO',\n");
  }

  /** Fails unless `value` is what the page promises, but for the differences that are known. */
  function compare(value, promise) {
    const differs = differences(value, promise);
    const known = [...(NOT_YET[name] ?? []), ...(PAGES_OWN[name] ?? [])];
    assert.deepEqual(Object.keys(differs).sort(), known.sort(), JSON.stringify(differs, null, 2));
  }

  /**
   * Runs it, when it is one function, with its sample values or `args`, and compares what it gives with what its page promises.
   * `made` tells the ids that the call itself made, by those of the page; `shown` turns the value into what the page shows.
   */
  async function run({ ids, args, made = () => ({}), shown = (value) => value } = {}) {
    const text = await prepared(ids);
    const [called] = functions(text);
    const module = await load(`${text}\nexport { ${called} };\n`);
    const { value, errors } = await quietly(() => module[called](...(args ?? samples(text))));
    if (typeof NOT_YET[name] === 'string') {
      const { rule, code } = await refusal(() => Promise.reject(errors[0] ?? new Error(`${name} works: take it out of NOT_YET`)));
      assert.equal(rule ?? code, NOT_YET[name]);
      return undefined;
    }
    assert.deepEqual(errors, []);
    const promise = promised(text);
    if (promise === undefined) assert.equal(value, undefined);
    if (promise) {
      const plain = JSON.parse(JSON.stringify(shown(value)));
      compare(plain, named(promise, made(plain)));
    }
    return value;
  }

  return { prepared, run };
}

/** A promised value with new ids. They end like those of the page, but here a vector on its way has no other id than later. */
function named(value, ids) {
  let text = JSON.stringify(value);
  for (const [sample, id] of Object.entries(ids)) {
    assert.equal(/^[0-9a-f]{6}_[0-9a-f]{32}(.*)$/.exec(id)[1], /^\w+?_[^~.-]+(?:-tmp)?(.*)$/.exec(sample)[1]);
    text = text.replaceAll(sample, id);
  }
  return JSON.parse(text);
}
