// What the sources of imports do, and what becomes of the files.
import assert from 'node:assert/strict';
import { gunzipSync, gzipSync } from 'node:zlib';
import { after, before, describe, it } from 'node:test';
import { clientFor, settled } from '../support/client.mjs';
import { real } from '../support/corpus.mjs';
import { startServer } from '../support/server.mjs';
import { breakingOff, giving, inTurn, ranged, silence, startSource, status } from '../support/source.mjs';
import { pause } from '../support/until.mjs';
import { pdf } from '../support/pdf.mjs';

const MOST = 1_000_000;

describe('sources of imports', { concurrency: true }, () => {
  let server;
  let source;
  let client;
  let jpeg;
  let other;
  before(async () => {
    [jpeg, other] = [await real('scikit-image/rocket.jpg'), await real('scikit-image/retina.jpg')];
    source = await startSource();
    server = await startServer({
      args: [
        '--import-allow-networks', '127.0.0.0/8', '--import-workers', '64', '--limits-image-bytes', '1MB',
        '--import-retry-for', '3s', '--import-idle-timeout', '1s',
      ],
    });
    client = clientFor(server);
  });
  after(async () => {
    await server.stop();
    await source.stop();
  });

  const imported = async (url, options) => settled(client, (await client.files.importFile(url, options)).file._id);
  /** The file is there, and is these bytes. */
  const comes = async (url, bytes = jpeg, options = {}) => {
    const file = await imported(url, options);
    assert.equal(file.operationStatus, 'READY', JSON.stringify(file.failure));
    assert.equal(file.failure, undefined);
    assert.ok(Buffer.from(await (await fetch(file.url)).arrayBuffer()).equals(bytes), 'byte for byte');
  };
  /** The file has FAILED for this reason, keeps nothing, and says so in words; its failure. */
  const fails = async (url, code, options) => {
    const file = await imported(url, options);
    assert.deepEqual([file.operationStatus, file.failure?.code], ['FAILED', code], JSON.stringify(file.failure));
    assert.ok(file.failure.description.length > 10);
    assert.deepEqual([file.sizeInBytes, file.hash], ['0', '']);
    assert.equal((await fetch(file.url)).status, 404);
    return file.failure;
  };
  const times = (path) => source.asked(path).length;

  it('that have no such file, or refuse it, are not asked again', async () => {
    const [gone, denied] = ['SOURCE_NOT_FOUND', 'SOURCE_DENIED'];
    for (const [code, reason] of [[404, gone], [410, gone], [401, denied], [403, denied], [418, 'SOURCE_FAILED']]) {
      const path = `/${code}.jpg`;
      await fails(source.gives(path, status(code)), reason);
      assert.equal(times(path), 1, path);
    }
  });

  it('that fail for ever are asked several times', async () => {
    const { data } = await fails(source.gives('/500.jpg', status(500)), 'SOURCE_FAILED');
    assert.equal(data.status, 500);
    assert.ok(times('/500.jpg') > 1);
  });

  it('that ask for patience are given it', async () => {
    let again;
    const url = source.gives('/503.jpg', inTurn(status(503, { 'Retry-After': '2' }), (...asked) => {
      again = Date.now();
      giving(jpeg)(...asked);
    }));
    const began = Date.now();
    await comes(url);
    assert.ok(again - began >= 2000, 'not before the time that the source said');
  });

  it('that reset the connection are asked again', async () => {
    const reset = (request) => request.socket.resetAndDestroy();
    await comes(source.gives('/reset.jpg', inTurn(reset, giving(jpeg))));
    await fails(source.gives('/resets.jpg', reset), 'SOURCE_BROKE_OFF');
    assert.ok(times('/resets.jpg') > 1);
  });

  it('where nobody answers are tried again, too', async () => {
    const closed = await startSource();
    await closed.stop();
    await fails(`${closed.url}/a.jpg`, 'SOURCE_UNREACHABLE');
    await fails('http://nowhere.invalid/a.jpg', 'SOURCE_UNREACHABLE');
  });

  it('that break off go on where they stopped, if they offer ranges', async () => {
    const [path, etag] = ['/ranged.jpg', '"v1"'];
    await comes(source.gives(path, inTurn(breakingOff(jpeg, 60_000, { ETag: etag }), ranged(jpeg, etag))));
    const [first, second] = source.asked(path);
    assert.equal(first.headers.range, undefined);
    assert.equal(second.headers.range, 'bytes=60000-');
    assert.equal(second.headers['if-range'], etag);
    assert.equal(times(path), 2);
  });

  it('that have changed since they broke off are fetched anew', async () => {
    const url = source.gives('/changed.jpg', inTurn(breakingOff(jpeg, 60_000, { ETag: '"v1"' }), ranged(other, '"v2"')));
    await comes(url, other);
  });

  it('that break off and offer no ranges begin again', async () => {
    const path = '/plain.jpg';
    await comes(source.gives(path, inTurn(breakingOff(jpeg, 30_000), breakingOff(jpeg, 60_000), giving(jpeg))));
    assert.deepEqual(source.asked(path).map(({ headers }) => headers.range), [undefined, undefined, undefined]);
    await fails(source.gives('/short.jpg', breakingOff(jpeg, 30_000)), 'SOURCE_BROKE_OFF');
  });

  it('that break off before the first byte are asked again', async () => {
    await comes(source.gives('/early.jpg', inTurn(breakingOff(jpeg, 0, { ETag: '"v1"' }), ranged(jpeg, '"v1"'))));
  });

  it('that break off behind the last byte have sent everything', async () => {
    const unended = (_, response) => {
      response.writeHead(200, { ETag: '"v1"' }).write(jpeg, () => setTimeout(() => response.destroy(), 50));
    };
    await comes(source.gives('/late.jpg', inTurn(unended, ranged(jpeg, '"v1"'))));
  });

  it('that answer with another range than was asked for do not spoil the file', async () => {
    const another = giving(jpeg.subarray(1), { 'Content-Range': `bytes 1-${jpeg.length - 1}/${jpeg.length}` }, 206);
    const url = source.gives('/elsewhere.jpg', inTurn(breakingOff(jpeg, 60_000, { ETag: '"v1"' }), another));
    await fails(url, 'SOURCE_FAILED');
  });

  it('that say nothing, or stop saying it, are given up', async () => {
    await fails(source.gives('/silent.jpg', silence), 'SOURCE_TIMED_OUT');
    const stopping = (_, response) => response.writeHead(200, { 'Content-Length': jpeg.length }).write(jpeg.subarray(0, 30_000));
    await fails(source.gives('/stops.jpg', stopping), 'SOURCE_TIMED_OUT');
    assert.ok(times('/silent.jpg') > 1);
  });

  it('that speak something else than HTTP are no danger', async () => {
    await fails(source.gives('/noise.jpg', (request) => request.socket.end('220 mail.example ready\r\n')), 'SOURCE_BROKE_OFF');
  });

  it('that never end are cut off at the limit', async () => {
    let sent = 0;
    const url = source.gives('/endless.jpg', (_, response) => {
      const more = () => { while (!response.destroyed && response.write(jpeg)) sent += jpeg.length; };
      response.writeHead(200).on('drain', more);
      more();
    });
    const { data } = await fails(url, 'FILE_SIZE_OVER_LIMIT');
    assert.equal(data.limit, String(MOST));
    await pause(100);
    const then = sent;
    await pause(300);
    assert.equal(sent, then, 'nobody reads any more');
    assert.ok(sent < 20 * MOST, `${sent} bytes`);
    assert.equal(times('/endless.jpg'), 1);
  });

  it('that announce more than the limit are not read', async () => {
    const url = source.gives('/large.jpg', (_, response) => { response.writeHead(200, { 'Content-Length': MOST + 1 }).flushHeaders(); });
    await fails(url, 'FILE_SIZE_OVER_LIMIT');
    assert.equal(times('/large.jpg'), 1);
  });

  it('that send nothing, or something else than was announced', async () => {
    await fails(source.gives('/empty.jpg', Buffer.alloc(0)), 'ZERO_FILE_SIZE');
    await fails(source.gives('/chunked-empty.jpg', (_, response) => response.writeHead(200).end()), 'ZERO_FILE_SIZE');
    await fails(source.gives('/a.pdf', jpeg), 'MISMATCH_MIME_TYPE');
    await fails(source.gives('/photo', jpeg), 'MISMATCH_MIME_TYPE', { mimeType: 'application/pdf' });
    await fails(source.gives('/page.jpg', Buffer.from('just text')), 'MISMATCH_MIME_TYPE');
    await fails(source.gives('/page.txt', Buffer.from('<!doctype html><script>1</script>')), 'UNSUPPORTED_FILE_FORMAT');
  });

  it('that send a damaged picture have sent it: it is kept, FAILED, and served as an attachment', async () => {
    const half = jpeg.subarray(0, 20_000);
    const file = await imported(source.gives('/half.jpg', half));
    assert.deepEqual([file.operationStatus, file.failure.code, file.sizeInBytes], ['FAILED', 'UNREADABLE_FILE', '20000']);
    const served = await fetch(file.url);
    assert.match(served.headers.get('content-disposition'), /^attachment/);
    assert.ok(Buffer.from(await served.arrayBuffer()).equals(half));
  });

  it('that redirect five times are followed, six times not', async () => {
    const chain = (name, length) => {
      source.gives(`/${name}/0.jpg`, jpeg);
      for (let left = 1; left <= length; left += 1) {
        source.gives(`/${name}/${left}.jpg`, status([301, 302, 303, 307, 308][left % 5], { Location: `${left - 1}.jpg` }));
      }
      return `${source.url}/${name}/${length}.jpg`;
    };
    await comes(chain('five', 5));
    await fails(chain('six', 6), 'TOO_MANY_REDIRECTS');
    await fails(source.gives('/round.jpg', status(302, { Location: '/round.jpg' })), 'TOO_MANY_REDIRECTS');
    assert.equal(times('/round.jpg'), 6);
    assert.equal(times('/six/0.jpg'), 0);
  });

  it('that lead into the private network are not followed there', async () => {
    for (const target of [
      'http://10.0.0.1/a.jpg', 'http://169.254.169.254/latest/meta-data', 'http://0x0a000001/a.jpg', `http://[::1]:${source.port}/a.jpg`,
      'file:///etc/passwd', 'ftp://127.0.0.1/a.jpg',
    ]) {
      await fails(source.gives('/away.jpg', status(302, { Location: target })), 'SOURCE_NOT_ALLOWED');
    }
    await fails('http://192.168.0.1/a.jpg', 'SOURCE_NOT_ALLOWED');
  });

  it('that pack what they send are taken at their bytes', async () => {
    const packed = gzipSync(jpeg);
    await comes(source.gives('/packed.gz', giving(packed, { 'Content-Encoding': 'gzip', 'Content-Type': 'application/gzip' })), packed);
    assert.equal(source.asked('/packed.gz')[0].headers['accept-encoding'], 'identity');
    await fails(source.gives('/packed.jpg', giving(packed, { 'Content-Encoding': 'gzip' })), 'MISMATCH_MIME_TYPE');
    assert.ok(gunzipSync(packed).equals(jpeg));
  });

  it('that send in chunks, slowly, and without a length, are waited for', async () => {
    await comes(source.gives('/slow.jpg', async (_, response) => {
      response.writeHead(200);
      for (let at = 0; at < jpeg.length; at += 20_000) {
        response.write(jpeg.subarray(at, at + 20_000));
        await pause(300);
      }
      response.end();
    }));
  });
});

describe('a server that allows no private network', () => {
  let server;
  let source;
  before(async () => {
    [server, source] = [await startServer({ args: ['--import-retry-for', '1s'] }), await startSource()];
  });
  after(async () => {
    await server.stop();
    await source.stop();
  });

  it('connects to none, however its address is spelled', async () => {
    const client = clientFor(server);
    source.gives('/a.pdf', giving(pdf));
    for (const host of ['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '0177.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '127.0.0.1.']) {
      const { file } = await client.files.importFile(`http://${host}:${source.port}/a.pdf`);
      const ended = await settled(client, file._id);
      assert.deepEqual([host, ended.operationStatus, ended.failure?.code], [host, 'FAILED', 'SOURCE_NOT_ALLOWED']);
    }
    assert.equal(source.connections(), 0);
  });
});
