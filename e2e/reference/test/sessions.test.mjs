// Our npm package: apps, visitors and members, and what elevation gives them.
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, after, before, describe, it } from 'node:test';
import { auth } from '@wix/essentials';
import { files } from '@wix/media';
import { createClient } from '@wix/sdk';
import { selfHosted, TokenError } from 'media-manager-client';
import { startReceiver } from '../../sdk/support/receiver.mjs';
import { startServer } from '../../sdk/support/server.mjs';
import { newSite } from '../../sdk/support/site.mjs';
import { pause } from '../../sdk/support/until.mjs';

const LIFETIME = 3; // seconds

describe('sessions of the client package', () => {
  let server;
  let media;
  let app;
  let calls;
  const plainFetch = globalThis.fetch;
  before(async () => {
    server = await startServer({ args: ['--access-token-lifetime', `${LIFETIME}s`, '--import-allow-networks', '127.0.0.0/8'] });
    media = selfHosted(server);
    const { keyId, apiKey, siteId } = await newSite(server);
    app = { keyId, apiKey, siteId };
    globalThis.fetch = (url, init) => {
      calls.push(new URL(url).pathname);
      return plainFetch(url, init);
    };
  });
  after(() => {
    globalThis.fetch = plainFetch;
    return server.stop();
  });
  afterEach(() => { delete globalThis.__wix_context__; });

  const clientOf = (strategy) => createClient({ modules: { files }, host: media.host, fetch: media.fetch, auth: strategy });
  const asked = () => calls.filter((path) => path === '/oauth2/token').length;
  const secretOf = () => ({ clientId: app.keyId, appSecret: app.apiKey });
  const code = (call) => call().then(() => 'allowed', (error) => error.details?.applicationError?.code ?? error.code);
  /** Who added a file that is imported by this strategy; the source needn't exist. */
  const addedBy = async (strategy) =>
    (await clientOf(strategy).files.importFile(`${server.url}/nothing.jpg`)).file.addedBy;
  /** Tokens of a member, as the app's backend gets them. */
  async function memberTokens(fields = {}) {
    const reply = await media.fetch(`${server.url}/media-manager/v1/tokens`, {
      method: 'POST',
      headers: { Authorization: app.apiKey, 'Content-Type': 'application/json' },
      body: JSON.stringify({ identityType: 'MEMBER', ...fields }),
    });
    assert.equal(reply.status, 200);
    return reply.json();
  }

  it('an app has one token for many calls, and another before that ends', async () => {
    calls = [];
    const strategy = media.app({ appId: app.keyId, appSecret: app.apiKey, instanceId: app.siteId });
    const client = clientOf(strategy);
    await Promise.all(Array.from({ length: 20 }, () => client.files.listFiles()));
    await client.files.listFiles();
    assert.equal(asked(), 1);
    const { headers } = await strategy.getAuthHeaders();
    const info = await media.tokenInfo(headers.Authorization);
    assert.deepEqual([info.active, info.subjectType, info.subjectId, info.instanceId], [true, 'APP', app.keyId, app.siteId]);
    await pause(LIFETIME * 1000);
    await Promise.all(Array.from({ length: 20 }, () => client.files.listFiles()));
    assert.equal(asked(), 2);
    assert.deepEqual(await media.tokenInfo(headers.Authorization), { active: false });
    assert.deepEqual((await addedBy(strategy.elevated())).identityType, 'APP');
  });

  it('a refusal says what is wrong, and not the secret; the next call tries again', async () => {
    calls = [];
    const strategy = media.app({ appId: app.keyId, appSecret: 'not-the-secret' });
    for (const times of [1, 2]) {
      await assert.rejects(() => clientOf(strategy).files.listFiles(), (error) => {
        assert.ok(error instanceof TokenError);
        assert.deepEqual([error.name, error.status, error.code], ['TokenError', 401, 'invalid_client']);
        assert.equal(error.details.applicationError.code, 'INVALID_CLIENT');
        assert.ok(!JSON.stringify([error, error.message, error.stack]).includes('not-the-secret'));
        return true;
      });
      assert.equal(asked(), times);
    }
  });

  it('a visitor may do nothing alone, and what the app may when elevated', async () => {
    calls = [];
    const visitor = media.visitor(secretOf());
    const client = clientOf(visitor);
    assert.deepEqual(await Promise.all([1, 2, 3].map(() => code(() => client.files.listFiles()))), Array(3).fill('PERMISSION_DENIED'));
    assert.equal(asked(), 1, 'one visitor');
    const { subjectType, subjectId } = await media.tokenInfo(visitor.getTokens().accessToken.value);
    assert.equal(subjectType, 'VISITOR');
    assert.deepEqual(await addedBy(visitor.elevated()), { identityType: 'ANONYMOUS_VISITOR', identityId: subjectId });
    assert.equal(visitor.elevated(), visitor.elevated());

    await pause(LIFETIME * 1000);
    assert.equal(await code(() => client.files.listFiles()), 'PERMISSION_DENIED');
    const same = await media.tokenInfo(visitor.getTokens().accessToken.value);
    assert.deepEqual([same.active, same.subjectId], [true, subjectId], 'renewed, and still the same');
    const back = media.visitor({ ...secretOf(), tokens: structuredClone(visitor.getTokens()) });
    assert.deepEqual(await addedBy(back.elevated()), { identityType: 'ANONYMOUS_VISITOR', identityId: subjectId });
  });

  it('a visitor whose refresh token is no longer good comes back as a new one', async () => {
    const stale = { accessToken: { value: 'old', expiresAt: 0 }, refreshToken: { value: 'forged', role: 'visitor' } };
    const visitor = media.visitor({ ...secretOf(), tokens: stale });
    assert.equal((await addedBy(visitor.elevated())).identityType, 'ANONYMOUS_VISITOR');
    await assert.rejects(() => addedBy(media.member({ ...secretOf(), tokens: stale }).elevated()), { code: 'invalid_grant' });
  });

  it('a member keeps its identity, by an access token or by tokens that are renewed', async () => {
    const minted = await memberTokens();
    const identity = { identityType: 'MEMBER', identityId: minted.identityId };
    const brief = media.member({ ...secretOf(), accessToken: minted.accessToken });
    assert.equal(await code(() => clientOf(brief).files.listFiles()), 'PERMISSION_DENIED');
    assert.deepEqual(await addedBy(brief.elevated()), identity);

    const tokens = {
      accessToken: { value: minted.accessToken, expiresAt: 0 },
      refreshToken: { value: minted.refreshToken, role: 'member' },
    };
    const lasting = media.member({ ...secretOf(), tokens });
    assert.deepEqual(await addedBy(lasting.elevated()), identity);
    assert.equal(lasting.getTokens().refreshToken.role, 'member');
    const again = structuredClone({ ...lasting.getTokens(), accessToken: tokens.accessToken });
    assert.deepEqual(await addedBy(media.member({ ...secretOf(), tokens: again }).elevated()), identity);
  });

  it('elevation needs the app\'s secret', () => {
    assert.throws(() => media.visitor({ clientId: app.keyId }).elevated(), { name: 'TypeError', message: /appSecret/ });
    assert.throws(() => media.member({ accessToken: 'a' }).elevated(), { name: 'TypeError', message: /appSecret/ });
  });

  it('auth.elevate works as on a hosted site: the same function, with more rights', async () => {
    const visitor = media.visitor(secretOf());
    clientOf(visitor).enableContext('global');
    await assert.rejects(async () => auth.elevate(files.listFiles)(), /elevated client is required/);
    clientOf(visitor.elevated()).enableContext('global', { elevated: true });
    assert.equal(await code(() => files.listFiles()), 'PERMISSION_DENIED');
    assert.ok(Array.isArray((await auth.elevate(files.listFiles)()).files));
    assert.equal(await code(() => files.listFiles()), 'PERMISSION_DENIED');
  });

  it('one process serves many visitors at a time, each in its own name', async () => {
    const visitors = new AsyncLocalStorage();
    const connection = { host: media.host, fetch: media.fetch };
    createClient({ ...connection, auth: () => visitors.getStore() }).enableContext('global');
    createClient({ ...connection, auth: () => visitors.getStore().elevated() }).enableContext('global', { elevated: true });
    const importing = auth.elevate(files.importFile);
    const added = await Promise.all(Array.from({ length: 8 }, () => {
      const visitor = media.visitor(secretOf());
      return visitors.run(visitor, async () => {
        const { file } = await importing(`${server.url}/nothing.jpg`);
        await importing(`${server.url}/nothing.jpg`);
        const { subjectId } = await media.tokenInfo(visitor.getTokens().accessToken.value);
        assert.equal(file.addedBy.identityId, subjectId);
        return subjectId;
      });
    }));
    assert.equal(new Set(added).size, 8);
  });

  it('an app with a public key unpacks messages of webhooks', async () => {
    const receiver = await startReceiver();
    const { publicKey } = await server.admin('webhooks', 'add', '--site', app.siteId, '--url', receiver.url, '--events', 'file_ready');
    const strategy = media.app({ appId: app.keyId, appSecret: app.apiKey, publicKey });
    const client = clientOf(strategy);
    const told = [];
    client.files.onFileDescriptorFileReady(({ data }) => { told.push(data.file.displayName); });
    const { uploadUrl } = await client.files.generateFileUploadUrl('text/plain', { fileName: 'told.txt' });
    await plainFetch(uploadUrl, { method: 'PUT', body: 'told' });
    const [{ body }] = await receiver.arrived(() => true);
    await client.webhooks.process(body);
    assert.deepEqual(told, ['told.txt']);
    await receiver.close();
  });

  it('a token dies with its key', async () => {
    const own = await newSite(server);
    const strategy = media.app({ appId: own.keyId, appSecret: own.apiKey });
    assert.ok(await clientOf(strategy).files.listFiles());
    const { headers: { Authorization } } = await strategy.getAuthHeaders();
    await server.admin('keys', 'revoke', own.keyId);
    await pause(900);
    const reply = await plainFetch(`${server.url}/site-media/v1/files`, { headers: { Authorization } });
    assert.equal(reply.status, 401);
  });
});
