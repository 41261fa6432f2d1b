// A source of imports on loopback: it answers as a test wants, and remembers what it was asked.
import { createServer } from 'node:http';

export async function startSource() {
  const answers = new Map();
  const requests = [];
  let connections = 0;
  const server = createServer((request, response) => {
    const { method, headers } = request;
    const { pathname, searchParams } = new URL(request.url, 'http://source');
    requests.push({ method, headers, pathname, params: Object.fromEntries(searchParams) });
    const answer = answers.get(pathname);
    if (!answer) return response.writeHead(404).end('no such file');
    return answer(request, response, requests.filter((other) => other.pathname === pathname && other.method === method).length);
  });
  server.on('connection', () => { connections += 1; });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  return {
    url,
    port: server.address().port,
    /** Serves bytes, or whatever `answer(request, response, time)` does, under `path`; the URL. `time` counts from 1 by method. */
    gives(path, answer) {
      answers.set(path, typeof answer === 'function' ? answer : giving(answer));
      return url + path;
    },
    /** The requests for `path`, in order. */
    asked: (path, method) => requests.filter((request) => request.pathname === path && (!method || request.method === method)),
    /** How often somebody connected. */
    connections: () => connections,
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** These answers, one after the other, and then the last of them. */
export const inTurn = (...answers) => (request, response, time) =>
  answers[Math.min(time, answers.length) - 1](request, response, time);

/** An answer that never comes. */
export const silence = () => {};

/** An answer of these headers and bytes. */
export const giving = (bytes, headers = {}, status = 200) => (_, response) =>
  response.writeHead(status, { 'Content-Length': bytes.length, ...headers }).end(bytes);

/** An answer that is nothing but a status. */
export const status = (code, headers = {}) => giving(Buffer.from('an error page'), headers, code);

/** An answer that breaks off after `part` of the bytes. */
export const breakingOff = (bytes, part, headers = {}) => (_, response) => {
  response.writeHead(200, { 'Content-Length': bytes.length, ...headers });
  response.flushHeaders();
  const end = () => setTimeout(() => response.destroy(), 50);
  if (part > 0) response.write(bytes.subarray(0, part), end);
  else end();
};

/** The answer to a request for a range, of a source that offers ranges of the version `etag`. */
export const ranged = (bytes, etag) => (request, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range)?.[1]);
  if (Number.isNaN(from) || request.headers['if-range'] !== etag) return giving(bytes, { ETag: etag })(request, response);
  if (from >= bytes.length) return status(416, { 'Content-Range': `bytes */${bytes.length}` })(request, response);
  const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
  return giving(bytes.subarray(from), { ETag: etag, 'Content-Range': range }, 206)(request, response);
};
