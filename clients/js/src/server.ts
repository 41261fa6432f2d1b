import type { Host } from '@wix/sdk';

/** Where a server is, and the way to it. */
export interface Server {
  /** Such as `http://127.0.0.1:8080`. */
  origin: string;
  host: Host;
  fetch: typeof globalThis.fetch;
}

/**
 * The server at `url`. The SDK makes every URL as https://{host}; `fetch` gives it the server's own protocol, and refuses
 * any other place, so that no key and no token goes elsewhere.
 */
export function serverAt(url: string | URL): Server {
  const { origin, protocol, host, href } = new URL(url);
  if (!['http:', 'https:'].includes(protocol) || href !== `${origin}/`) {
    throw new TypeError('url must be like https://media.example.org, with no path and no user');
  }
  const known = [origin, new URL(`https://${host}`).origin];
  const toServer = (asked: string | URL): URL => {
    const target = new URL(asked);
    if (!known.includes(target.origin)) {
      throw new TypeError(`this client calls ${origin} alone, and was asked for ${target.origin}`);
    }
    return new URL(`${origin}${target.pathname}${target.search}`);
  };
  return {
    origin,
    host: { essentials: {}, apiBaseUrl: host },
    fetch: async (input, init) =>
      input instanceof Request
        ? fetch(new Request(toServer(input.url), input), init)
        : fetch(toServer(input), init),
  };
}
