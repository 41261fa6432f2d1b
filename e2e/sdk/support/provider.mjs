// A certified OpenID provider on loopback, and a browser that signs in there, as far as forms and cookies go.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

/** Starts a provider; `accounts` holds the claims of those who can sign in, by their login. `serve` tells it its client. */
export async function startProvider(accounts, options = {}) {
  let handler;
  const server = createServer((request, response) => handler(request, response));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  return {
    issuer,
    client: { client_id: 'media', client_secret: 'a secret of the client that nobody else knows' },
    serve(redirectUri) {
      const provider = new Provider(issuer, {
        clients: [{ ...this.client, redirect_uris: [redirectUri] }],
        claims: { email: ['email', 'email_verified'], profile: ['name'] },
        findAccount: (_, id) => accounts[id] && { accountId: accounts[id].sub ?? id, claims: () => ({ sub: id, ...accounts[id] }) },
        pkce: { required: () => true },
        cookies: { keys: ['only for tests'] },
        ...options,
      });
      handler = provider.callback();
    },
    stop: () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); }),
  };
}

/** A browser: keeps cookies by origin, follows redirects up to where `until` says, and fills in the provider's forms. */
export function browser() {
  const jar = new Map();
  const cookies = (url) => [...(jar.get(url.origin) ?? new Map())].map(([name, value]) => `${name}=${value}`).join('; ');
  const visit = async (address, init = {}) => {
    const url = new URL(address);
    const reply = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, Cookie: cookies(url) } });
    const kept = jar.get(url.origin) ?? new Map();
    jar.set(url.origin, kept);
    for (const line of reply.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (value === '' || /max-age=0/i.test(line)) kept.delete(name);
      else kept.set(name, value);
    }
    return reply;
  };
  return {
    visit,
    /** Signs in as `login` from `address` on; the reply to the first address for which `until` is true is not followed. */
    async signIn(address, login, until) {
      let [url, init] = [address, {}];
      for (let steps = 0; steps < 20; steps += 1) {
        if (until(url)) return url;
        const reply = await visit(url, init);
        const location = reply.headers.get('location');
        if (location) {
          [url, init] = [new URL(location, url).href, {}];
          continue;
        }
        const page = await reply.text();
        const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
        if (!action) throw new Error(`no form at ${url}: ${reply.status} ${page.slice(0, 300)}`);
        const prompt = /name="prompt" value="(\w+)"/.exec(page)[1];
        url = new URL(action, url).href;
        init = { method: 'POST', body: new URLSearchParams({ prompt, login, password: 'any' }) };
      }
      throw new Error('too many steps');
    },
  };
}
