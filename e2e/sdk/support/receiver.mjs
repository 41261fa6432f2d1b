// A receiver of webhooks on loopback: it keeps what it is sent, and answers as it is told.
import { verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { pause, until } from './until.mjs';

/**
 * Listens. `answer` is asked with each message and how often its event has come: a status, or `stall` (a good answer
 * that comes too late), or `reset` (of the connection).
 */
export async function startReceiver({ answer = () => 200 } = {}) {
  const messages = [];
  let connections = 0;
  const server = createServer(async (request, response) => {
    const message = read(request, Buffer.concat(await request.toArray()).toString());
    messages.push(message);
    const times = messages.filter(({ event }) => event?.id === message.event?.id).length;
    const what = await answer(message, times);
    if (what === 'reset') return request.socket.resetAndDestroy();
    if (what === 'stall') await pause(1600);
    return response.writeHead(what === 'stall' ? 200 : what, what === 302 ? { Location: '/elsewhere' } : {}).end();
  });
  server.on('connection', () => { connections += 1; });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}/hook`,
    messages,
    connections: () => connections,
    /** The messages that `wanted` is true of, once there are `count`. */
    arrived: (wanted, count = 1, within = 5000) => {
      const found = () => messages.filter(wanted);
      const had = () => JSON.stringify(messages.map(({ event }) => [event?.slug, event?.entityId]));
      return until(() => found().length >= count && found(), () => `${count} messages; there are ${had()}`, within);
    },
    async close() {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => { server.close(resolve); });
    },
  };
}

/** A message taken apart, its signature not looked at. */
function read(request, body) {
  const message = { method: request.method, path: request.url, headers: request.headers, body, at: performance.now() };
  if (!body) return message;
  const [header, claims] = body.split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url')));
  const outer = JSON.parse(claims.data);
  return { ...message, header, claims, outer, event: JSON.parse(outer.data) };
}

/** Whether a message is signed with the private half of a key. */
export function signedWith(message, publicKey) {
  const [header, claims, signature] = message.body.split('.');
  return verify('RSA-SHA256', Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, 'base64url'));
}

/** Whether a message is about this file or folder. */
export const about = (id) => ({ event }) => event?.entityId === id;
