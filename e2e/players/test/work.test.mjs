// Encoding as work: told while it goes on, taken up again after a crash, ended when nobody wants it, and fair.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { clientFor, settled, upload } from '../../sdk/support/client.mjs';
import { listen } from '../../sdk/support/feed.mjs';
import { startServer } from '../../sdk/support/server.mjs';
import { until } from '../../sdk/support/until.mjs';
import { bytesOf } from '../support/clips.mjs';
import { describe as described } from '../support/library.mjs';

/** The encoders that a server has begun and that still run; those of a server that is gone, by the data that they read. */
async function encoders({ dir }) {
  const found = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const program = await readlink(`/proc/${pid}/exe`).catch(() => '');
    if (program.endsWith('/ffmpeg') && command.includes(dir)) found.push(Number(pid));
  }
  return found;
}

const send = async (server, name, bytes) => (await upload(clientFor(server), bytes, 'video/mp4', { fileName: name })).id;
const video = async (server, id) => (await described(server, id)).media?.video ?? {};
const qualities = ({ resolutions = [] }) => resolutions.flatMap(({ quality }) => quality ?? []);
const complete = (server, id) =>
  until(async () => { const is = await video(server, id); return !is.pending && is.storyboard && is; }, `${id} to be complete`, 120_000);
const encoding = (server) => until(async () => (await encoders(server)).length > 0, 'an encoder to run', 60_000);
const idle = (server, within) => until(async () => (await encoders(server)).length === 0, 'no encoder to run', within);

/** All files below a folder. */
const below = async (folder) => (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);

describe('the making of a video', () => {
  let long;
  let short;
  before(async () => {
    long = await bytesOf('busy.mp4');
    short = await bytesOf('small.mp4');
  });

  it('is told in the feed, in the list of jobs and by a metric, from its beginning to its end', async () => {
    const server = await startServer();
    try {
      const feed = await listen(server);
      const id = await send(server, 'busy.mp4', long);
      await encoding(server);
      const job = await until(async () => (await server.admin('jobs', 'list')).find(({ progress }) => progress?.percent > 1), 'a job with progress', 60_000);
      assert.equal(job.fileId, id);
      const metrics = await until(async () => {
        const text = await (await fetch(`${server.ops}/metrics`)).text();
        return text.includes(`media_manager_encoding_progress_ratio{file="${id}"`) && text;
      }, 'the metric', 60_000);
      assert.match(metrics, /# TYPE media_manager_encoding_progress_ratio gauge/);
      await complete(server, id);
      const told = feed.told.filter(({ event }) => event === 'file_progress').map(({ data, id: position }) => ({ ...data, position }));
      const percents = told.filter(({ fileId }) => fileId === id).map(({ percent }) => percent);
      assert.ok(percents.length > 3, `${percents}`);
      // A part may begin a little before the end of the one before it, as shares of the work are guesses.
      assert.deepEqual(percents, [...percents].sort((a, b) => a - b), 'it only ever goes on');
      assert.ok(percents.every((percent) => percent >= 0 && percent <= 100) && percents.at(-1) > 50, `${percents}`);
      assert.ok(told.some(({ speed, secondsLeft }) => speed > 0 && secondsLeft > 0));
      assert.ok(told.every(({ position }) => position === undefined || position === ''), 'it has no place in the log');
      const kinds = feed.told.map(({ event }) => event).filter((event) => event !== 'file_progress');
      assert.equal(kinds.filter((kind) => kind === 'file_ready').length, 1);
      assert.ok(kinds.filter((kind) => kind === 'file_updated').length >= 1, 'better renditions are told');
      feed.leave();
      await until(async () => !(await (await fetch(`${server.ops}/metrics`)).text()).includes('progress_ratio{'), 'the metric to go');
      assert.deepEqual(await server.admin('jobs', 'list'), []);
    } finally {
      await server.stop();
    }
  });

  it('goes on after a crash with what was not made yet, and the crash leaves no encoder behind', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'media-manager-'));
    let server = await startServer({ dataDir: dir });
    try {
      const id = await send(server, 'busy.mp4', long);
      const first = await until(async () => { const is = await video(server, id); return qualities(is).length > 0 && is; }, 'a first rendition', 120_000);
      assert.ok(first.pending?.length, 'there is more to be made');
      const before = await (await fetch(first.resolutions[0].url)).arrayBuffer();
      await encoding(server);
      await server.kill();
      await idle(server, 5000);
      server = await startServer({ dataDir: dir });
      const whole = await complete(server, id);
      assert.deepEqual(qualities(whole).sort(), [...qualities(first), ...first.pending.filter((name) => name !== 'storyboard')].sort());
      const url = whole.resolutions.find(({ quality }) => quality === first.resolutions[0].quality).url;
      assert.ok(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(Buffer.from(before)), 'what was made was not made again');
      assert.deepEqual(await below(join(dir, 'work')), []);
    } finally {
      await server.stop();
      await rm(dir, { recursive: true });
    }
  });

  it('is handed back when the server stops', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'media-manager-'));
    let server = await startServer({ dataDir: dir });
    try {
      const id = await send(server, 'busy.mp4', long);
      await encoding(server);
      const began = Date.now();
      await server.stop();
      assert.ok(Date.now() - began < 5000, 'it does not wait for the encoder');
      assert.deepEqual(await encoders(server), []);
      server = await startServer({ dataDir: dir });
      assert.equal((await complete(server, id)).id, id);
    } finally {
      await server.stop();
      await rm(dir, { recursive: true });
    }
  });

  it('ends when its file is deleted for good, and leaves nothing', async () => {
    const server = await startServer();
    try {
      const id = await send(server, 'busy.mp4', long);
      await encoding(server);
      await clientFor(server).files.bulkDeleteFiles([id], { permanent: true });
      await idle(server, 5000);
      const left = async () => (await below(join(server.dir, 'storage'))).concat(await below(join(server.dir, 'work')));
      await until(async () => (await left()).length === 0, 'nothing to be left', 10_000);
      await until(async () => (await server.admin('jobs', 'list')).length === 0, 'no job to be left', 10_000);
    } finally {
      await server.stop();
    }
  });

  it('keeps nobody waiting: short clips go beside a film, and what can not be played yet before what only gets better', async () => {
    const server = await startServer({ args: ['--video-long', '5s'] });
    try {
      const film = await send(server, 'film.mp4', long);
      await encoding(server);
      const clips = [];
      for (let n = 0; n < 3; n += 1) clips.push(await send(server, `clip-${n}.mp4`, short));
      for (const id of clips) assert.equal((await settled(clientFor(server), id)).operationStatus, 'READY');
      assert.ok((await video(server, film)).storyboard === undefined, 'the film is still being made');
      const photo = await upload(clientFor(server), await readFile(join(process.env.MEDIA_MANAGER_CORPUS, 'scikit-image/rocket.jpg')), 'image/jpeg', { fileName: 'a.jpg' });
      assert.equal(photo.operationStatus, 'READY', 'a photograph is ready at once');
      assert.equal((await settled(clientFor(server), film, 120)).operationStatus, 'READY');
    } finally {
      await server.stop();
    }
  });

  it('that takes longer than it may ends, and says so', async () => {
    const server = await startServer({ args: ['--video-time-limit', '1s'] });
    try {
      const file = await settled(clientFor(server), await send(server, 'busy.mp4', long), 120);
      assert.equal(file.operationStatus, 'FAILED');
      assert.deepEqual([file.failure.code, /took too long/.test(file.failure.description)], ['PROCESSING_FAILED', true]);
      assert.deepEqual(await encoders(server), []);
    } finally {
      await server.stop();
    }
  });
});

describe('a server without ffmpeg', () => {
  let bin;
  let server;
  before(async () => {
    bin = await mkdtemp(join(tmpdir(), 'media-manager-bin-'));
    await mkdir(join(bin, 'bin'));
    for (const name of ['prlimit', 'nice', 'setpriv']) await symlink(`/usr/bin/${name}`, join(bin, 'bin', name));
    server = await startServer({ env: { PATH: join(bin, 'bin') } });
  });
  after(async () => {
    await server.stop();
    await rm(bin, { recursive: true });
  });

  it('says so, and serves videos and sounds as they came', async () => {
    const ready = await (await fetch(`${server.ops}/readyz`)).json();
    assert.match(JSON.stringify(ready), /ffmpeg is missing/);
    const id = await send(server, 'small.mp4', await bytesOf('small.mp4'));
    const file = await described(server, id);
    assert.equal(file.operationStatus, 'READY');
    assert.deepEqual(file.media.video.resolutions, []);
    assert.equal((await fetch(file.url)).status, 200);
    const refused = await clientFor(server).files.generateVideoStreamingUrl(id).then(() => assert.fail('was not refused'), (error) => error);
    assert.match(JSON.stringify(refused.details ?? refused.message), /FILE_HAS_NO_STREAM/);
  });
});
