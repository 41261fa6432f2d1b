// Durability shown by the order of system calls: a kill keeps the page cache, so only this tells what a power cut would find.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { clientFor, upload } from '../support/client.mjs';
import { startServer } from '../support/server.mjs';

const CALLS = 'fsync,fdatasync,rename,renameat,renameat2,write,writev,sendto,sendmsg,pwrite64';

describe('an acknowledged upload', () => {
  it('was synced, named, and its folder and its row were synced, before the client hears of it', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'media-manager-'));
    const server = await startServer();
    const client = clientFor(server);
    await upload(client, Buffer.from('warm up'), 'text/plain', { fileName: 'first.txt' });
    const trace = join(dir, 'trace');
    const strace = spawn('strace', ['-f', '-y', '-ttt', '-s', '48', '-e', `trace=${CALLS}`, '-o', trace, '-p', String(server.pid)]);
    await new Promise((resolve) => { strace.stderr.on('data', (text) => { if (String(text).includes('attached')) resolve(); }); });
    const { uploadUrl } = await client.files.generateFileUploadUrl('text/plain', { fileName: 'traced.txt' });
    const reply = await fetch(uploadUrl, { method: 'PUT', body: 'durable before it is answered' });
    assert.equal(reply.status, 200);
    const { file } = await reply.json();
    const detached = new Promise((resolve) => strace.on('exit', resolve));
    strace.kill('SIGINT');
    await detached;
    await server.stop();

    const lines = (await readFile(trace, 'utf8')).split('\n');
    const after = (from, what, test) => {
      const index = lines.findIndex((line, at) => at > from && test(line));
      assert.ok(index >= 0, `${what} is missing after line ${from}:\n${lines.filter((line) => !line.includes('pwrite')).join('\n')}`);
      return index;
    };
    const synced = after(-1, 'the sync of the staged bytes', (line) => /f(data)?sync\(.*\/staging\//.test(line));
    const named = after(synced, 'the move into place', (line) => /rename.*\/staging\/.*\/objects\//.test(line) && line.includes(file.id));
    const folder = after(named, 'the sync of the folder', (line) => /fsync\(.*\/objects\//.test(line));
    const row = after(folder, 'the sync of the log of the database', (line) => /f(data)?sync\(.*catalog\.db-wal/.test(line));
    after(row, 'the reply', (line) => /(write|writev|sendto|sendmsg)\(.*(HTTP\/1\.1 200|socket|TCP)/.test(line) && line.includes('HTTP/1.1 200'));
    const early = lines.slice(named, row).some((line) => line.includes('HTTP/1.1 200'));
    assert.ok(!early, 'nothing was answered before');
    await rm(dir, { recursive: true });
  });
});
