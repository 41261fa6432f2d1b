// Signing in at an OpenID provider: oidc-provider, which is certified, on loopback.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { browser, startProvider } from '../support/provider.mjs';
import { startServer } from '../support/server.mjs';

/** Who can sign in at the provider. */
const accounts = {
  ada: { email: 'Ada@example.org', email_verified: true },
  stranger: { email: 'stranger@example.org', email_verified: true },
  impostor: { email: 'bob@example.org', email_verified: false },
  heir: { email: 'ada@example.org', email_verified: true },
};

// Claims about the e-mail come with the ID token, or have to be asked for.
for (const conformIdTokenClaims of [true, false]) {
  describe(`OpenID Connect, ${conformIdTokenClaims ? 'e-mail from the user info' : 'e-mail in the ID token'}`, () => {
    let provider;
    let server;
    let ada;
    before(async () => {
      provider = await startProvider(accounts, { conformIdTokenClaims });
      server = await startServer({
        args: ['--oidc-issuer', provider.issuer, '--oidc-client-id', provider.client.client_id],
        env: { MEDIA_MANAGER_OIDC_CLIENT_SECRET: provider.client.client_secret },
      });
      provider.serve(`${server.url}/media-manager/v1/oidc/callback`);
      ada = await server.admin('users', 'create', '--email', 'ada@example.org', '--site', server.siteId, '--role', 'viewer');
      await server.admin('users', 'create', '--email', 'bob@example.org', '--site', server.siteId, '--role', 'owner');
    });
    after(async () => {
      await server.stop();
      await provider.stop();
    });

    const start = (to = '/console/?tab=files') => `${server.url}/media-manager/v1/oidc/start?return_to=${encodeURIComponent(to)}`;
    const isCallback = (url) => url.startsWith(`${server.url}/media-manager/v1/oidc/callback`);
    const isBack = (url) => url.startsWith(`${server.url}/console/`);
    const session = async (code) => {
      const reply = await fetch(`${server.url}/media-manager/v1/sessions`, { method: 'POST', body: JSON.stringify({ code }) });
      return { status: reply.status, ...(await reply.json()) };
    };

    it('signs in a user who was made beforehand, by the e-mail first and by the subject from then on', async () => {
      for (const email of ['Ada@example.org', 'renamed@example.org']) {
        accounts.ada.email = email;
        const url = await browser().signIn(start(), 'ada', isBack);
        const [, path, code] = /^(.*)#code=(\w+)$/.exec(url);
        assert.equal(path, `${server.url}/console/?tab=files`);
        const begun = await session(code);
        assert.equal(begun.status, 200);
        assert.deepEqual([begun.user.userId, begun.user.email], [ada.userId, 'ada@example.org']);
        const list = await fetch(`${server.url}/site-media/v1/files`, { headers: { Authorization: begun.sessionToken } });
        assert.equal(list.status, 200);
        assert.equal((await session(code)).details.applicationError.code, 'SIGN_IN_FAILED', 'a code is good once');
      }
      accounts.ada.email = 'Ada@example.org';
    });

    it('makes nobody a user, believes no e-mail that is not verified, and gives no account away with its e-mail', async () => {
      for (const login of ['stranger', 'impostor', 'heir']) {
        assert.equal(await browser().signIn(start(), login, isBack), `${server.url}/console/?tab=files#error=SIGN_IN_FAILED`, login);
      }
      const users = await server.admin('users', 'list');
      assert.deepEqual(users.map(({ email }) => email), ['ada@example.org', 'bob@example.org']);
    });

    it('sends PKCE, a nonce and a state, and binds the state to the browser', async () => {
      const chrome = browser();
      const begun = await chrome.visit(start());
      assert.equal(begun.status, 302);
      const asked = new URL(begun.headers.get('location'));
      assert.equal(asked.origin, provider.issuer);
      assert.equal(asked.searchParams.get('code_challenge_method'), 'S256');
      assert.equal(asked.searchParams.get('scope'), 'openid email profile');
      for (const name of ['code_challenge', 'nonce', 'state']) assert.ok(asked.searchParams.get(name).length > 20, name);
      const [cookie] = begun.headers.getSetCookie();
      assert.match(cookie, /^media_manager_oidc=[^;]+; Path=\/media-manager\/v1\/oidc; Max-Age=600; HttpOnly; SameSite=Lax$/);
      assert.doesNotMatch(cookie, new RegExp(provider.client.client_secret));

      const callback = await chrome.signIn(asked.href, 'ada', isCallback);
      const elsewhere = async (url, visitor) => {
        const reply = await visitor.visit(url);
        assert.equal(reply.status, 401);
        assert.equal((await reply.json()).details.applicationError.code, 'SIGN_IN_FAILED');
      };
      await elsewhere(callback, browser());
      const other = browser();
      await other.visit(start());
      await elsewhere(callback, other);
      await elsewhere(callback.replace(/state=[^&]*/, 'state=other'), chrome);
      // The refusal has taken the cookie back, as no second try is owed to anybody.
      await elsewhere(callback, chrome);

      const firefox = browser();
      const good = await firefox.signIn(start(), 'ada', isCallback);
      const done = await firefox.visit(good);
      assert.match(done.headers.get('location'), /#code=/);
      assert.match(done.headers.getSetCookie()[0], /^media_manager_oidc=; .*Max-Age=0/);
      assert.deepEqual([done.headers.get('cache-control'), done.headers.get('referrer-policy')], ['no-store', 'no-referrer']);
      await elsewhere(good, firefox);
    });

    it('goes nowhere but to its own pages', async () => {
      for (const to of ['https://evil.example/', '//evil.example/', '/\\evil.example', '/.//evil.example', 'console', 'javascript:alert(1)']) {
        const reply = await fetch(start(to), { redirect: 'manual' });
        assert.equal(reply.status, 400, to);
        assert.equal((await reply.json()).details.validationError.fieldViolations[0].field, 'return_to');
      }
      const cancelled = browser();
      const state = new URL((await cancelled.visit(start())).headers.get('location')).searchParams.get('state');
      const back = await cancelled.visit(`${server.url}/media-manager/v1/oidc/callback?error=access_denied&state=${state}`);
      assert.equal(back.headers.get('location'), `${server.url}/console/?tab=files#error=SIGN_IN_FAILED`);
    });

    it('leaves no secret in the log', () => {
      for (const secret of [provider.client.client_secret, 'code=', 'mmc_', 'eyJ']) assert.ok(!server.log().includes(secret), secret);
    });
  });
}

describe('OpenID Connect that is not there', () => {
  it('is not found where it is not set up, and unavailable where the provider is down', async () => {
    const gone = await startProvider({});
    await gone.stop();
    for (const [args, status, code] of [[[], 404, 'NOT_FOUND'], [['--oidc-issuer', gone.issuer, '--oidc-client-id', 'x'], 503, 'UNAVAILABLE']]) {
      const server = await startServer({ args });
      try {
        const reply = await fetch(`${server.url}/media-manager/v1/oidc/start`);
        assert.equal(reply.status, status);
        assert.equal((await reply.json()).details.applicationError.code, code);
      } finally {
        await server.stop();
      }
    }
  });
});
