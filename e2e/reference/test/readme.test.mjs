// The examples of our package's own page, as it is packed.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import { auth } from '@wix/essentials';
import { files } from '@wix/media';
import { createClient } from '@wix/sdk';
import { selfHosted } from 'media-manager-client';
import { startServer } from '../../sdk/support/server.mjs';
import { load } from '../support/run.mjs';

describe('the page of the client package', () => {
  let server;
  let examples;
  before(async () => {
    server = await startServer();
    const folder = createRequire(import.meta.url).resolve('media-manager-client/package.json').replace('package.json', '');
    const page = await readFile(`${folder}README.md`, 'utf8');
    examples = [...page.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code.replace('http://127.0.0.1:8080', server.url));
    // What an example takes for granted, as the text around it says.
    const { siteId, keyId, apiKey } = { ...server, ...(await server.admin('keys', 'list'))[0] };
    const media = selfHosted(server);
    const visitor = media.visitor({ clientId: keyId, appSecret: apiKey });
    const connection = { host: media.host, fetch: media.fetch };
    Object.assign(globalThis, { KEY: apiKey, KEY_ID: keyId, SITE_ID: siteId, accessToken: 'a', tokens: undefined });
    Object.assign(globalThis, { auth, connection, createClient, files, media, visitor });
  });
  after(() => server.stop());

  it('has an example with a key, which finds nothing yet', async () => {
    await load(`${examples[0]}\nif (found.length !== 0) throw new Error('it is new');`);
  });

  it('has an example of every strategy', async () => {
    const { app } = await load(`${examples[1]}\nexport { app };`);
    assert.equal((await globalThis.media.tokenInfo((await app.getAuthHeaders()).headers.Authorization)).subjectType, 'APP');
  });

  it('has an example of elevation, whose last line is refused as it says', async () => {
    await load(examples[2].replace('await files.listFiles();', ''));
    await assert.rejects(() => load(examples[2]), ({ details }) => details.applicationError.code === 'PERMISSION_DENIED');
  });

  it('has an example for many visitors', () => load(examples[3]));
});
