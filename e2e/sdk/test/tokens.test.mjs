// Apps, visitors and members: the published strategies of the SDK against the token endpoints.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { AppStrategy, createClient, OAuthStrategy } from '@wix/sdk';
import { files } from '@wix/media';
import { put, refusal } from '../support/client.mjs';
import { startServer } from '../support/server.mjs';
import { keyOf, newSite } from '../support/site.mjs';

const READ = 'DC-MEDIA.READ-MEDIAMANAGER';
const MANAGE = 'DC-MEDIA.MANAGE-MEDIAMANAGER';
const real = globalThis.fetch;

describe('tokens', () => {
  let server;
  let app;
  before(async () => {
    server = await startServer();
    app = await newSite(server);
    // The strategies speak to this address through the global fetch, whatever the client is told.
    globalThis.fetch = (url, init) => real(String(url).replace('https://www.wixapis.com', server.url), init);
  });
  after(() => {
    globalThis.fetch = real;
    return server.stop();
  });

  const post = (path, body, headers = {}) =>
    real(`${server.url}${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) });
  const token = async (body, path = '/oauth2/token') => {
    const reply = await post(path, body);
    const text = await reply.text();
    assert.equal(reply.status, 200, text);
    assert.equal(reply.headers.get('cache-control'), 'no-store');
    return JSON.parse(text);
  };
  const info = async (value) => (await post('/oauth2/token-info', { token: value })).json();
  const list = (authorization, headers = {}) =>
    real(`${server.url}/site-media/v1/files`, { headers: { Authorization: authorization, ...headers } });
  const client = (auth) => createClient({ modules: { files }, auth, host: { essentials: {}, apiBaseUrl: new URL(server.url).host },
    fetch: (url, init) => real(`${server.url}${new URL(url).pathname}${new URL(url).search}`, init) });
  const credentials = (of = app) => ({ client_id: of.keyId, client_secret: of.apiKey, grant_type: 'client_credentials' });
  const mint = async (body, of = app) => {
    const reply = await post('/media-manager/v1/tokens', body, { Authorization: of.apiKey });
    return { status: reply.status, ...(await reply.json()) };
  };

  it('AppStrategy works with an instance id, and in the name of a visitor', async () => {
    const auth = AppStrategy({ appId: app.keyId, appSecret: app.apiKey, instanceId: app.siteId });
    assert.deepEqual((await client(auth).files.listFiles()).files, []);
    const { headers } = await auth.getAuthHeaders();
    const told = await info(headers.Authorization);
    assert.equal(told.exp - told.iat, 3600);
    assert.deepEqual({ ...told, exp: 0, iat: 0 }, {
      active: true, subjectType: 'APP', subjectId: app.keyId, exp: 0, iat: 0, clientId: app.keyId, siteId: app.siteId, instanceId: app.siteId,
    });

    const visitor = await token({ client_id: app.keyId, grant_type: 'anonymous' });
    const bound = AppStrategy({ appId: app.keyId, appSecret: app.apiKey, accessToken: visitor.access_token });
    assert.equal((await bound.getTokenInfo()).subjectType, 'VISITOR');
    assert.deepEqual((await client(bound).files.listFiles()).files, [], 'the session is stripped');
    assert.deepEqual((await client(await bound.elevated()).files.listFiles()).files, []);
  });

  it('OAuthStrategy makes a visitor, refreshes it, and is refused by every method', async () => {
    const auth = OAuthStrategy({ clientId: app.keyId });
    assert.equal((await refusal(() => client(auth).files.listFiles())).code, 'PERMISSION_DENIED');
    const first = auth.getTokens();
    const renewed = await auth.generateVisitorTokens({ refreshToken: first.refreshToken });
    const [before, now] = [await info(first.accessToken.value), await info(renewed.accessToken.value)];
    assert.equal(now.subjectType, 'VISITOR');
    assert.equal(now.subjectId, before.subjectId, 'the same visitor');
    const other = await OAuthStrategy({ clientId: app.keyId }).generateVisitorTokens();
    assert.notEqual((await info(other.accessToken.value)).subjectId, before.subjectId);
  });

  it('an elevated token has the rights of the app and the name of the member', async () => {
    const member = await mint({ identityType: 'MEMBER', identityId: 'ada' });
    assert.deepEqual({ ...member, accessToken: '', refreshToken: '' },
      { status: 200, accessToken: '', refreshToken: '', expiresIn: 3600, identityType: 'MEMBER', identityId: 'ada' });
    assert.equal((await list(member.accessToken)).status, 403);
    const elevated = await token({ ...credentials(), on_behalf_of: member.accessToken });
    assert.equal(elevated.refresh_token, undefined);
    const told = await info(elevated.access_token);
    assert.deepEqual([told.subjectType, told.subjectId], ['MEMBER', 'ada']);
    const as = client({ getAuthHeaders: () => ({ headers: { Authorization: elevated.access_token } }) });
    const { file } = await (await put(as, Buffer.from('x'), 'text/plain', { fileName: 'a.txt' })).json();
    assert.deepEqual(file.addedBy, { identityType: 'MEMBER', identityId: 'ada' });
    assert.equal((await list(`Bearer ${elevated.access_token}`)).status, 200);

    const reader = await keyOf(server, app.siteId, READ);
    const visitor = await token({ grant_type: 'anonymous', client_id: reader.keyId });
    const weak = await token({ ...credentials(reader), on_behalf_of: visitor.access_token });
    assert.equal((await list(weak.access_token)).status, 200);
    assert.equal((await post('/site-media/v1/bulk/files/delete', { fileIds: ['x'] }, { Authorization: weak.access_token })).status, 403);
    assert.equal((await post('/media-manager/v1/tokens', { identityType: 'MEMBER' }, { Authorization: reader.apiKey })).status, 403);
    assert.equal((await post('/media-manager/v1/tokens', { identityType: 'MEMBER' }, { Authorization: member.accessToken })).status, 403);
  });

  it('takes forms and names in camel case, and answers at both addresses', async () => {
    const form = new URLSearchParams(credentials());
    const reply = await real(`${server.url}/oauth2/token`, { method: 'POST', body: form });
    assert.equal(reply.status, 200);
    const { access_token, token_type, expires_in } = await reply.json();
    assert.deepEqual([token_type, expires_in], ['Bearer', 3600]);
    assert.equal((await list(access_token)).status, 200);
    const camel = await token({ clientId: app.keyId, clientSecret: app.apiKey, grantType: 'client_credentials' }, '/oauth/access');
    assert.equal((await list(camel.access_token)).status, 200);
    const { refreshToken } = await mint({ identityType: 'ANONYMOUS_VISITOR' });
    const again = (refresh_token) =>
      token({ refresh_token, client_id: app.keyId, client_secret: app.apiKey, grant_type: 'refresh_token' }, '/oauth/access');
    const next = await again((await again(refreshToken)).refresh_token);
    assert.equal((await info(next.access_token)).subjectType, 'VISITOR');
  });

  it('a key of several sites is told which one is meant, and knows no others', async () => {
    const [one, two] = [await newSite(server), await newSite(server)];
    const both = await server.admin('keys', 'create', '--site', one.siteId, '--site', two.siteId, '--name', 'both', '--scope', `SCOPE.${MANAGE}`);
    assert.equal((await list(both.apiKey)).status, 400);
    for (const { siteId } of [one, two]) {
      assert.equal((await list(both.apiKey, { 'wix-site-id': siteId })).status, 200);
      const { access_token } = await token({ ...credentials(both), instance_id: siteId });
      assert.equal((await info(access_token)).instanceId, siteId);
      assert.equal((await list(access_token)).status, 200, 'a token is for one site');
    }
    assert.equal((await list(both.apiKey, { 'wix-site-id': app.siteId })).status, 403);
    const first = await token({ ...credentials(both), instance_id: one.siteId });
    assert.equal((await list(first.access_token, { 'wix-site-id': two.siteId })).status, 403);
    const visitor = await token({ grant_type: 'anonymous', client_id: both.keyId, instance_id: two.siteId });
    assert.equal((await info((await token({ ...credentials(both), on_behalf_of: visitor.access_token })).access_token)).siteId, two.siteId);
    const wrong = async (body) => (await (await post('/oauth2/token', { ...credentials(both), ...body })).json()).error;
    assert.equal(await wrong({}), 'invalid_request');
    assert.equal(await wrong({ instance_id: app.siteId }), 'invalid_grant');
    assert.equal(await wrong({ instance_id: one.siteId, on_behalf_of: visitor.access_token }), 'invalid_grant');
    const listed = await server.admin('keys', 'list', '--site', two.siteId);
    assert.deepEqual(listed.find(({ keyId }) => keyId === both.keyId).siteIds, [one.siteId, two.siteId]);
  });

  it('refuses what the RFC has names for, by those names', async () => {
    const other = await newSite(server);
    const theirs = await token({ grant_type: 'anonymous', client_id: other.keyId });
    const ours = await token(credentials());
    const visitor = await token({ grant_type: 'anonymous', client_id: app.keyId });
    const refused = async (body, status, error) => {
      const reply = await post('/oauth2/token', body);
      const told = await reply.json();
      assert.equal(told.error, error, JSON.stringify(told));
      assert.equal(reply.status, status);
      assert.equal(told.details.applicationError.code, error.toUpperCase());
      assert.equal(told.error_description, told.message);
      assert.doesNotMatch(JSON.stringify(told), new RegExp(`${app.apiKey}|${app.siteId}|eyJ`));
    };
    await refused({}, 400, 'invalid_request');
    await refused({ grant_type: 7 }, 400, 'invalid_request');
    await refused({ grant_type: 'client_credentials' }, 400, 'invalid_request');
    await refused({ grant_type: 'password' }, 400, 'unsupported_grant_type');
    await refused({ grant_type: 'authorization_code', code: 'x' }, 400, 'unsupported_grant_type');
    await refused({ ...credentials(), client_secret: 'wrong' }, 401, 'invalid_client');
    await refused({ ...credentials(), client_id: other.keyId }, 401, 'invalid_client');
    await refused({ grant_type: 'anonymous', client_id: 'nobody' }, 401, 'invalid_client');
    await refused({ ...credentials(), instance_id: other.siteId }, 400, 'invalid_grant');
    for (const on_behalf_of of ['x', theirs.access_token, ours.access_token, visitor.refresh_token, app.apiKey]) {
      await refused({ ...credentials(), on_behalf_of }, 400, 'invalid_grant');
    }
    for (const access_token of ['x', theirs.access_token, ours.access_token]) {
      await refused({ grant_type: 'strip_bound_session', client_secret: app.apiKey, access_token }, 400, 'invalid_grant');
    }
    for (const refresh_token of ['x', visitor.access_token]) {
      await refused({ grant_type: 'refresh_token', refresh_token }, 400, 'invalid_grant');
    }
    await refused({ grant_type: 'refresh_token', refresh_token: theirs.refresh_token, client_id: app.keyId }, 400, 'invalid_grant');
    await refused({ grant_type: 'refresh_token', refresh_token: theirs.refresh_token, client_secret: app.apiKey }, 401, 'invalid_client');
  });

  it('a token of another purpose, or a changed one, is nobody', async () => {
    const visitor = await token({ grant_type: 'anonymous', client_id: app.keyId });
    const { access_token } = await token(credentials());
    const { uploadUrl } = await app.client.files.generateFileUploadUrl('text/plain', { fileName: 'a.txt' });
    const [head, body, mark] = access_token.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url'));
    const other = (changed) => [head, Buffer.from(JSON.stringify({ ...claims, ...changed })).toString('base64url'), mark].join('.');
    const unsigned = [Buffer.from('{"alg":"none"}').toString('base64url'), body, ''].join('.');
    for (const wrong of [visitor.refresh_token, uploadUrl.split('/').pop(), other({ exp: claims.exp + 1 }), other({ sub: 'x' }), unsigned, `${access_token}x`]) {
      assert.equal((await list(wrong)).status, 401);
      assert.deepEqual(await info(wrong), { active: false });
    }
    assert.deepEqual(Object.keys(claims).sort(), ['aud', 'azp', 'elv', 'exp', 'iat', 'sid', 'site', 'sub', 'typ'], 'whom it stands for and nothing else');
  });

  it('a refresh token brings access tokens until its end, which no use of it moves', async () => {
    const { keyId: client_id } = app;
    const visitor = await token({ client_id, grant_type: 'anonymous' });
    const refreshed = () => token({ client_id, refresh_token: visitor.refresh_token, grant_type: 'refresh_token' });
    for (const next of [await refreshed(), await refreshed()]) {
      assert.equal(next.refresh_token, visitor.refresh_token, 'the published strategy keeps the first one, so the others do');
      assert.equal((await info(next.access_token)).subjectId, (await info(visitor.access_token)).subjectId);
    }
    const [one, two] = await Promise.all([1, 2].map(() => mint({ identityType: 'MEMBER', identityId: 'bob' })));
    assert.notEqual(one.refreshToken, two.refreshToken, 'two of one second differ');
  });

  it('an app revokes a token at once, with all of its session and nothing else', async () => {
    const revoke = async (body) => {
      const reply = await post('/oauth2/revoke', body);
      return [reply.status, (await reply.json()).error];
    };
    const secret = { client_id: app.keyId, client_secret: app.apiKey };
    const session = async () => {
      const member = await mint({ identityType: 'MEMBER', identityId: 'eve' });
      const { refreshToken: refresh_token, accessToken: on_behalf_of } = member;
      const next = await token({ refresh_token, grant_type: 'refresh_token' });
      const elevated = await token({ ...credentials(), on_behalf_of });
      return { refresh_token, on_behalf_of, access: [on_behalf_of, next.access_token, elevated.access_token] };
    };
    const other = await session();
    const foreign = await keyOf(server, app.siteId, MANAGE);
    for (const chosen of ['refresh_token', 'on_behalf_of']) {
      const leaked = await session();
      assert.equal((await list(leaked.access[2])).status, 200);
      assert.deepEqual(await revoke({ token: leaked[chosen], client_id: foreign.keyId, client_secret: foreign.apiKey }), [400, 'invalid_grant']);
      assert.deepEqual(await revoke({ token: leaked[chosen], client_id: foreign.keyId, client_secret: app.apiKey }), [401, 'invalid_client']);
      assert.deepEqual(await revoke({ token: leaked[chosen], client_id: app.keyId }), [400, 'invalid_request'], 'not without the secret');
      assert.equal((await info(leaked.on_behalf_of)).active, true);
      assert.deepEqual(await revoke({ token: leaked[chosen], ...secret }), [200, undefined]);
      for (const ended of leaked.access) assert.deepEqual(await info(ended), { active: false });
      assert.equal((await list(leaked.access[2])).status, 401);
      for (const wrong of [
        { refresh_token: leaked.refresh_token, grant_type: 'refresh_token' },
        { ...credentials(), on_behalf_of: leaked.on_behalf_of },
        { ...secret, access_token: leaked.on_behalf_of, grant_type: 'strip_bound_session' },
      ]) assert.equal((await (await post('/oauth2/token', wrong)).json()).error, 'invalid_grant');
      assert.deepEqual(await revoke({ token: leaked[chosen], ...secret }), [200, undefined], 'once more changes nothing');
    }
    const plain = await token(credentials());
    assert.deepEqual(await revoke({ token: plain.access_token, ...secret }), [200, undefined]);
    assert.deepEqual(await info(plain.access_token), { active: false });
    for (const unknown of ['x', app.apiKey]) assert.deepEqual(await revoke({ token: unknown, ...secret }), [200, undefined]);
    assert.equal((await info(other.on_behalf_of)).active, true, 'the same member elsewhere');
    assert.equal((await list(other.access[2])).status, 200);
    assert.equal((await list(app.apiKey)).status, 200);
  });

  it('tokens die with their key within a second, and with their time', async () => {
    const brief = await startServer({ args: ['--access-token-lifetime', '1s', '--access-refresh-lifetime', '2s'] });
    const listOn = (at, authorization) => real(`${at.url}/site-media/v1/files`, { headers: { Authorization: authorization } });
    try {
      const { keyId, apiKey } = await keyOf(brief, brief.siteId, MANAGE);
      const ask = async (body) => (await real(`${brief.url}/oauth2/token`, { method: 'POST', body: new URLSearchParams(body) })).json();
      const short = await ask({ client_id: keyId, client_secret: apiKey, grant_type: 'client_credentials' });
      const visitor = await ask({ client_id: keyId, grant_type: 'anonymous' });
      assert.equal((await listOn(brief, short.access_token)).status, 200);
      await new Promise((resolve) => setTimeout(resolve, 2100));
      assert.equal((await listOn(brief, short.access_token)).status, 401);
      assert.equal((await ask({ grant_type: 'refresh_token', refresh_token: visitor.refresh_token })).error, 'invalid_grant');
    } finally {
      await brief.stop();
    }
    const doomed = await keyOf(server, app.siteId, MANAGE);
    const { access_token } = await token(credentials(doomed));
    const visitor = await token({ grant_type: 'anonymous', client_id: doomed.keyId });
    assert.equal((await list(access_token)).status, 200);
    await server.admin('keys', 'revoke', doomed.keyId);
    await new Promise((resolve) => setTimeout(resolve, 900));
    assert.equal((await list(access_token)).status, 401);
    assert.deepEqual(await info(access_token), { active: false });
    assert.deepEqual(await info(visitor.access_token), { active: false });
    const reply = await post('/oauth2/token', { grant_type: 'refresh_token', refresh_token: visitor.refresh_token });
    assert.equal((await reply.json()).error, 'invalid_grant');
  });
});
