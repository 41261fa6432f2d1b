// Users: made by the command line or by owners, signed in with a password, with a role on each site.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { clientFor, refusal, upload } from '../support/client.mjs';
import { BINARY, startServer } from '../support/server.mjs';
import { newSite } from '../support/site.mjs';

const MANAGE = 'SCOPE.DC-MEDIA.MANAGE-MEDIAMANAGER';
const READ = 'SCOPE.DC-MEDIA.READ-MEDIAMANAGER';
const INBOX = 'SCOPE.DC-INBOX.MANAGE-MSGS';
const PASSWORD = 'correct horse battery';

describe('users', () => {
  let server;
  let site;
  let owner;
  before(async () => {
    // So that each test can guess from an address of its own.
    server = await startServer({ args: ['--trusted-proxies', '127.0.0.1/32'] });
    site = await newSite(server);
    owner = await member('owner', 'owner@example.org');
  });
  after(() => server.stop());

  const call = async (method, path, body, authorization, headers = {}) => {
    const reply = await fetch(`${server.url}/media-manager/v1${path}`, {
      method,
      headers: { 'Content-Type': 'application/json', ...(authorization ? { Authorization: authorization } : {}), ...headers },
      body: body && JSON.stringify(body),
    });
    const answer = await reply.json();
    return { status: reply.status, headers: reply.headers, body: answer, code: answer.details?.applicationError?.code };
  };
  const signIn = (email, password, from = '192.0.2.1') =>
    call('POST', '/sessions', { email, password }, undefined, { 'X-Forwarded-For': from });
  const list = (authorization, headers = {}) => fetch(`${server.url}/site-media/v1/files`, { headers: { Authorization: authorization, ...headers } });
  /** Runs a command with the password on its standard input. */
  const withPassword = (password, ...command) => new Promise((resolve, reject) => {
    const child = spawn(BINARY, [...command, '--password-stdin', '--data-dir', server.dir, '--json']);
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => { out += chunk; });
    child.stderr.on('data', (chunk) => { err += chunk; });
    child.on('exit', (code) => (code === 0 ? resolve(JSON.parse(out)) : reject(new Error(err))));
    child.stdin.end(`${password}\n`);
  });
  /** A user with a role on the site, signed in. */
  async function member(role, email) {
    const made = await withPassword(PASSWORD, 'users', 'create', '--email', email, '--site', site.siteId, '--role', role);
    const { body } = await signIn(email, PASSWORD);
    return { ...made, email, token: body.sessionToken, body };
  }

  it('sign in, are told who they are, call the API in their own name, and sign out', async () => {
    const { body, status, headers } = await signIn(' Owner@Example.ORG', PASSWORD);
    assert.equal(status, 200);
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.deepEqual({ ...body, sessionToken: typeof body.sessionToken }, {
      sessionToken: 'string',
      expiresIn: 43200,
      user: { userId: owner.userId, email: owner.email, name: owner.email, sites: [{ siteId: site.siteId, siteName: 'Own', role: 'owner' }] },
    });
    assert.deepEqual((await call('GET', '/sessions', undefined, body.sessionToken)).body, { user: body.user });
    const client = clientFor(server, { apiKey: `Bearer ${body.sessionToken}`, siteId: site.siteId });
    const file = await upload(client, Buffer.from('x'), 'text/plain', { fileName: 'mine.txt' });
    assert.deepEqual(file.addedBy, { identityType: 'WIX_USER', identityId: owner.userId });
    const info = await (await fetch(`${server.url}/oauth2/token-info`, { method: 'POST', body: JSON.stringify({ token: body.sessionToken }) })).json();
    assert.deepEqual([info.active, info.subjectType, info.subjectId, info.clientId], [true, 'USER', owner.userId, undefined]);
    assert.equal(info.exp - info.iat, 43200);

    assert.equal((await call('DELETE', '/sessions', undefined, body.sessionToken)).status, 200);
    for (const path of ['/sessions', '/users']) {
      assert.equal((await call('GET', path, undefined, body.sessionToken)).status, 401);
    }
    assert.equal((await list(owner.token)).status, 200, 'another session goes on');
    for (const method of ['GET', 'DELETE']) {
      assert.equal((await call(method, '/sessions', undefined, site.apiKey)).code, 'PERMISSION_DENIED');
      assert.equal((await call(method, '/sessions')).code, 'UNAUTHENTICATED');
    }
  });

  it('may do what their role on the site allows, and change with it at once', async () => {
    const ada = await member('viewer', 'ada@example.org');
    const send = (path, body) => fetch(`${server.url}/site-media${path}`, { method: 'POST', headers: { Authorization: ada.token }, body: JSON.stringify(body) });
    const uploads = () => send('/v1/files/generate-upload-url', { mimeType: 'text/plain', fileName: 'a.txt' });
    const deletes = () => send('/v1/bulk/files/delete', { fileIds: ['x'] });
    const may = async () => [(await list(ada.token)).status, (await uploads()).status, (await deletes()).status, (await call('GET', '/keys', undefined, ada.token)).status];
    assert.deepEqual(await may(), [200, 403, 403, 403]);
    const allowed = { contributor: [200, 200, 403, 403], editor: [200, 200, 400, 403], owner: [200, 200, 400, 200], viewer: [200, 403, 403, 403] };
    for (const [role, expected] of Object.entries(allowed)) {
      assert.equal((await call('PATCH', `/users/${ada.userId}`, { role }, owner.token)).status, 200);
      assert.deepEqual(await may(), expected, role);
    }
    const other = await newSite(server);
    assert.equal((await list(ada.token, { 'wix-site-id': other.siteId })).status, 403);
    await server.admin('users', 'grant', ada.email, '--site', other.siteId, '--role', 'editor');
    await new Promise((resolve) => setTimeout(resolve, 900));
    assert.equal((await list(ada.token)).status, 400, 'with two sites the call says which');
    assert.equal((await list(ada.token, { 'wix-site-id': other.siteId })).status, 200);
    await server.admin('users', 'revoke', ada.email, '--site', other.siteId);
    assert.equal((await call('DELETE', `/users/${ada.userId}`, undefined, owner.token)).status, 200);
    assert.equal((await list(ada.token)).status, 403);
    assert.deepEqual((await call('GET', '/sessions', undefined, ada.token)).body.user.sites, []);
  });

  it('owners administer users of their own site, and nobody gives more than they have', async () => {
    const added = await call('POST', '/users', { email: 'Bob@example.org', name: 'Bob', role: 'editor' }, owner.token);
    assert.equal(added.status, 200);
    assert.equal((await signIn('bob@example.org', added.body.password)).status, 200, 'the password was made and shown');
    const { users } = (await call('GET', '/users', undefined, owner.token)).body;
    const bob = users.find((user) => user.email === 'bob@example.org');
    assert.deepEqual([bob.name, bob.role, bob.userId], ['Bob', 'editor', added.body.userId]);
    assert.equal((await call('POST', '/users', { email: 'bob@example.org', role: 'owner' }, owner.token)).code, 'USER_EXISTS');

    const other = await newSite(server);
    assert.deepEqual((await call('GET', '/users', undefined, other.apiKey)).body.users, []);
    for (const [method, body] of [['PATCH', { role: 'viewer' }], ['DELETE', undefined]]) {
      assert.equal((await call(method, `/users/${bob.userId}`, body, other.apiKey)).code, 'USER_NOT_FOUND');
    }
    // A user of this server gets a role on another site, but nobody there decides how they sign in.
    assert.equal((await call('POST', '/users', { email: 'bob@example.org', role: 'viewer', password: 'another password' }, other.apiKey)).code, 'USER_EXISTS');
    const again = await call('POST', '/users', { email: 'bob@example.org', role: 'viewer' }, other.apiKey);
    assert.deepEqual(again.body, { userId: bob.userId });
    assert.equal((await signIn('bob@example.org', added.body.password)).body.user.sites.length, 2);

    // A key for media lacks the inbox, so it can make no editor, who has it.
    assert.equal((await call('POST', '/users', { email: 'eve@example.org', role: 'editor' }, site.apiKey)).code, 'PERMISSION_DENIED');
    assert.equal((await call('PATCH', `/users/${owner.userId}`, { role: 'viewer' }, site.apiKey)).code, 'PERMISSION_DENIED');
    assert.equal((await call('DELETE', `/users/${owner.userId}`, undefined, site.apiKey)).code, 'PERMISSION_DENIED');
    assert.equal((await call('POST', '/users', { email: 'eve@example.org', role: 'contributor' }, site.apiKey)).status, 200);
    const field = async (body) => (await call('POST', '/users', body, owner.token)).body.details.validationError.fieldViolations[0].field;
    assert.equal(await field({ email: 'nobody', role: 'viewer' }), 'email');
    assert.equal(await field({ email: 'x@example.org', role: 'king' }), 'role');
    assert.equal(await field({ email: 'x@example.org', role: 'viewer', password: 'short' }), 'password');
  });

  it('owners and keys make keys with no scope that they lack, and no longer life', async () => {
    const make = (body, by) => call('POST', '/keys', { name: 'k', ...body }, by);
    const made = await make({ scopes: [READ, INBOX] }, owner.token);
    assert.equal(made.status, 200);
    assert.equal((await list(made.body.apiKey)).status, 200);
    const shown = (await call('GET', '/keys', undefined, owner.token)).body.keys.find(({ keyId }) => keyId === made.body.keyId);
    assert.deepEqual([shown.name, shown.scopes, shown.state], ['k', [READ, INBOX], 'ACTIVE']);
    assert.doesNotMatch(JSON.stringify(shown), new RegExp(made.body.apiKey));

    assert.equal((await make({ scopes: [MANAGE] }, site.apiKey)).status, 200);
    assert.equal((await make({ scopes: [MANAGE, INBOX] }, site.apiKey)).code, 'PERMISSION_DENIED');
    assert.equal((await make({ scopes: ['SCOPE.NONE'] }, owner.token)).status, 400);
    const short = await server.admin('keys', 'create', '--site', site.siteId, '--name', 'short', '--scope', MANAGE, '--expires', '1');
    const heir = await make({ scopes: [MANAGE], expirationInDays: 30 }, short.apiKey);
    const { keys } = (await call('GET', '/keys', undefined, site.apiKey)).body;
    const end = (id) => keys.find(({ keyId }) => keyId === id).expirationDate;
    assert.equal(end(heir.body.keyId), end(short.keyId));

    const mint = (body, by) => call('POST', '/tokens', { identityType: 'MEMBER', ...body }, by);
    const minted = await mint({ clientId: made.body.keyId }, owner.token);
    const info = await (await fetch(`${server.url}/oauth2/token-info`, { method: 'POST', body: JSON.stringify({ token: minted.body.accessToken }) })).json();
    assert.deepEqual([info.subjectType, info.clientId], ['MEMBER', made.body.keyId]);
    assert.equal((await mint({}, owner.token)).status, 400);
    assert.equal((await mint({ clientId: made.body.keyId }, site.apiKey)).status, 400, 'an app mints for itself alone');

    const other = await newSite(server);
    assert.equal((await mint({ clientId: other.keyId }, owner.token)).code, 'KEY_NOT_FOUND');
    assert.equal((await call('DELETE', `/keys/${made.body.keyId}`, undefined, other.apiKey)).code, 'KEY_NOT_FOUND');
    assert.equal((await call('DELETE', `/keys/${made.body.keyId}`, undefined, owner.token)).status, 200);
    assert.equal((await list(made.body.apiKey)).status, 401, 'at once');
    assert.equal((await call('DELETE', `/keys/${made.body.keyId}`, undefined, owner.token)).code, 'KEY_NOT_FOUND');
    // A key of two sites ends on one of them, and goes on on the other.
    const both = await server.admin('keys', 'create', '--site', site.siteId, '--site', other.siteId, '--name', 'both', '--scope', MANAGE);
    assert.equal((await list(both.apiKey, { 'wix-site-id': site.siteId })).status, 200);
    assert.equal((await call('DELETE', `/keys/${both.keyId}`, undefined, owner.token)).status, 200);
    assert.equal((await list(both.apiKey, { 'wix-site-id': site.siteId })).status, 403);
    assert.equal((await list(both.apiKey)).status, 200);
  });

  it('are slowed down when passwords are guessed, whether the account exists or not', async () => {
    await member('viewer', 'guessed@example.org');
    for (const email of ['guessed@example.org', 'nobody@example.org']) {
      for (let tries = 0; tries < 5; tries += 1) {
        const { status, code } = await signIn(email, `wrong ${tries}`, '192.0.2.2');
        assert.deepEqual([status, code], [401, 'SIGN_IN_FAILED'], email);
      }
      const slowed = await signIn(email, PASSWORD, '192.0.2.3');
      assert.deepEqual([slowed.status, slowed.code], [429, 'RESOURCE_EXHAUSTED']);
      assert.ok(Number(slowed.headers.get('retry-after')) >= 1);
    }
    await new Promise((resolve) => setTimeout(resolve, 1100));
    assert.equal((await signIn('guessed@example.org', PASSWORD)).status, 200, 'after the wait the right one is let in');
    const [known, unknown] = [[], []];
    for (let round = 0; round < 3; round += 1) {
      for (const [times, email] of [[known, owner.email], [unknown, 'none@example.org']]) {
        const began = performance.now();
        assert.equal((await signIn(email, 'wrong password', '192.0.2.4')).status, 401);
        times.push(performance.now() - began);
      }
    }
    assert.ok(Math.min(...unknown) > Math.min(...known) / 3, `an unknown e-mail costs as much: ${unknown} ${known}`);
  });

  it('many attempts at once are counted one by one', async () => {
    const all = await Promise.all(Array.from({ length: 12 }, () => signIn('crowd@example.org', 'wrong password', '192.0.2.5')));
    const statuses = all.map(({ status }) => status).sort();
    assert.equal(statuses.filter((status) => status === 401).length, 5);
    assert.equal(statuses.filter((status) => status === 429).length, 7);
  });

  it('an address that tries many accounts is slowed down, and no other', async () => {
    const statuses = [];
    for (let account = 0; account < 21; account += 1) {
      statuses.push((await signIn(`${account}@example.com`, 'wrong password', '192.0.2.6')).status);
    }
    assert.deepEqual(statuses, [...Array(20).fill(401), 429]);
    assert.equal((await signIn(owner.email, PASSWORD, '192.0.2.6')).status, 429);
    assert.equal((await signIn(owner.email, PASSWORD, '192.0.2.7')).status, 200);
  });

  it('are administered by the command line, and a changed password or a removal ends their sessions', async () => {
    const eva = await member('editor', 'eva@example.org');
    await assert.rejects(() => server.admin('users', 'create', '--email', 'EVA@example.org'), /exists already/);
    await assert.rejects(() => withPassword('short', 'users', 'password', eva.email), /10 to 1000 characters/);
    const { password } = await server.admin('users', 'password', eva.email);
    await new Promise((resolve) => setTimeout(resolve, 900));
    assert.equal((await list(eva.token)).status, 401);
    assert.equal((await signIn(eva.email, PASSWORD)).status, 401);
    const { sessionToken } = (await signIn(eva.email, password)).body;
    assert.equal((await list(sessionToken)).status, 200);
    const listed = await server.admin('users', 'list', '--site', site.siteId);
    assert.deepEqual(listed.find(({ userId }) => userId === eva.userId),
      { userId: eva.userId, email: eva.email, name: eva.email, roles: [`${site.siteId}:editor`] });
    await server.admin('users', 'remove', eva.userId);
    await new Promise((resolve) => setTimeout(resolve, 900));
    assert.equal((await list(sessionToken)).status, 401);
    assert.equal((await signIn(eva.email, password)).status, 401);
    await assert.rejects(() => server.admin('users', 'remove', eva.email), /there is no user/);
  });

  it('leave no secret in the database or the log', async () => {
    const { readFile, readdir } = await import('node:fs/promises');
    const names = (await readdir(server.dir)).filter((name) => name.startsWith('catalog'));
    const bytes = Buffer.concat(await Promise.all(names.map((name) => readFile(`${server.dir}/${name}`))));
    for (const secret of [PASSWORD, owner.token, site.apiKey]) {
      assert.ok(!bytes.includes(secret));
      assert.ok(!server.log().includes(secret));
    }
    assert.ok(bytes.includes('$argon2id$v=19$m=19456,t=2,p=1$'));
  });

  it('a session ends with its time', async () => {
    const brief = await startServer({ args: ['--access-session-lifetime', '1s'] });
    try {
      const { password } = await brief.admin('users', 'create', '--email', 'a@b.c', '--site', brief.siteId, '--role', 'viewer');
      const reply = await fetch(`${brief.url}/media-manager/v1/sessions`, { method: 'POST', body: JSON.stringify({ email: 'a@b.c', password }) });
      const { sessionToken } = await reply.json();
      const reader = clientFor(brief, { apiKey: sessionToken });
      assert.deepEqual((await reader.files.listFiles()).files, []);
      await new Promise((resolve) => setTimeout(resolve, 1100));
      assert.equal((await refusal(() => reader.files.listFiles())).code, 'UNAUTHENTICATED');
    } finally {
      await brief.stop();
    }
  });
});
