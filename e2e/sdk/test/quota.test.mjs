// How much a site may hold: exact, however much comes in at once and however it comes.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { put, refusal, settled } from '../support/client.mjs';
import { startServer } from '../support/server.mjs';
import { newSite } from '../support/site.mjs';
import { giving, startSource } from '../support/source.mjs';

const AT_ONCE = 50;
const ROOM = 17;
const body = Buffer.from('twenty bytes of text');
const times = (make) => Promise.all(Array.from({ length: AT_ONCE }, (_, index) => make(index)));

describe('the quota of a site', () => {
  let server;
  let source;
  before(async () => {
    server = await startServer({ args: ['--import-allow-networks', '127.0.0.0/8'] });
    source = await startSource();
  });
  after(async () => {
    await source.stop();
    await server.stop();
  });

  const limit = ({ siteId }, ...limits) => server.admin('quota', 'set', '--site', siteId, ...limits);
  /** What is counted, which must be what is there. */
  const used = async ({ siteId }) => {
    const { usedBytes, usedFiles } = await server.admin('quota', 'show', '--site', siteId);
    const checked = (await server.admin('check')).find((site) => site.siteId === siteId);
    assert.deepEqual(checked, { siteId, state: 'ok', usedBytes, usedFiles, foundBytes: usedBytes, foundFiles: usedFiles });
    return { bytes: usedBytes, files: usedFiles };
  };
  const full = { bytes: ROOM * body.length, files: ROOM };
  const inBytes = ['--bytes', String(ROOM * body.length)];
  const inFiles = ['--files', String(ROOM)];

  const single = async ({ client }) => {
    const urls = await times(async (index) => (await client.files.generateFileUploadUrl('text/plain', { fileName: `${index}.txt` })).uploadUrl);
    return async (index) => {
      const reply = await fetch(urls[index], { method: 'PUT', body });
      return reply.status === 200 ? 'taken' : (await reply.json()).details.validationError.fieldViolations[0].ruleName;
    };
  };
  const resumable = async ({ client }) => {
    const issued = await times((index) => client.files.generateFileResumableUploadUrl('text/plain', { fileName: `${index}.txt` }));
    const tus = { 'Tus-Resumable': '1.0.0' };
    const begun = await Promise.all(issued.map(async ({ uploadUrl, uploadToken }) => {
      const headers = { ...tus, 'Upload-Length': String(body.length), 'Upload-Metadata': `token ${btoa(uploadToken)}` };
      return (await fetch(uploadUrl, { method: 'POST', headers })).headers.get('location');
    }));
    return async (index) => {
      const headers = { ...tus, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' };
      const reply = await fetch(begun[index], { method: 'PATCH', headers, body });
      return reply.status === 204 ? 'taken' : (await reply.json()).details.validationError.fieldViolations[0].ruleName;
    };
  };
  const imported = async ({ client }) => {
    const url = source.gives('/a.txt', giving(body));
    return async (index) => {
      try {
        const { file } = await client.files.importFile(url, { mimeType: 'text/plain', displayName: `${index}.txt` });
        const { operationStatus, failure } = await settled(client, file._id);
        return operationStatus === 'READY' ? 'taken' : failure.code;
      } catch (error) {
        return error.details.validationError.fieldViolations[0].ruleName;
      }
    };
  };

  for (const [name, prepare] of Object.entries({ single, resumable, imported })) {
    for (const [what, limits] of Object.entries({ bytes: inBytes, files: inFiles })) {
      it(`is exact in ${what} when ${AT_ONCE} ${name} files come at once`, async () => {
        const site = await newSite(server);
        const send = await prepare(site);
        await limit(site, ...limits);
        const outcomes = await times(send);
        assert.equal(outcomes.filter((outcome) => outcome === 'taken').length, ROOM, outcomes.join());
        assert.equal(outcomes.filter((outcome) => outcome === 'SITE_QUOTA_EXCEEDED').length, AT_ONCE - ROOM, outcomes.join());
        const { bytes, files } = await used(site);
        assert.equal(bytes, full.bytes);
        // An import that finds no room when its bytes are here has a file already, which says so.
        assert.equal(files, name === 'imported' && what === 'bytes' ? AT_ONCE : ROOM);
      });
    }
  }

  it('is told with the refusal, and room comes back with what is deleted for good', async () => {
    const site = await newSite(server);
    const { client } = site;
    await limit(site, '--bytes', '30');
    const { file } = await (await put(client, body, 'text/plain', { fileName: 'a.txt' })).json();
    const { rule, data } = await refusal(() => client.files.generateFileUploadUrl('text/plain', { sizeInBytes: '20' }));
    assert.equal(rule, 'SITE_QUOTA_EXCEEDED');
    assert.equal(data.quota.storage, '30');
    assert.ok(Math.abs(Date.parse(data.quota.timestamp) - Date.now()) < 60_000, data.quota.timestamp);
    await client.files.bulkDeleteFiles([file.id]);
    assert.deepEqual(await used(site), { bytes: 20, files: 1 }, 'what is in the trash is there');
    await client.files.bulkDeleteFiles([file.id], { permanent: true });
    assert.deepEqual(await used(site), { bytes: 0, files: 0 });
    await limit(site, '--files', '0');
    const none = await refusal(() => client.files.generateFileUploadUrl('text/plain', { sizeInBytes: '20' }));
    assert.equal(none.data.quota.storage, null, 'bytes are not what is limited');
  });

  it('and its use are shown to operators, of the largest sites', async () => {
    const site = await newSite(server);
    await limit(site, '--bytes', '1000', '--files', '7');
    await put(site.client, body, 'text/plain', { fileName: 'a.txt' });
    const metrics = await (await fetch(`${server.ops}/metrics`)).text();
    const gauge = (name) => Number(new RegExp(`^${name}\\{site="${site.siteId}"\\} (\\d+)$`, 'm').exec(metrics)?.[1]);
    assert.deepEqual(['used_bytes', 'used_files', 'quota_bytes', 'quota_files'].map((name) => gauge(`site_${name}`)), [20, 1, 1000, 7]);

    const few = await startServer({ args: ['--metrics-sites', '2'] });
    await Promise.all([1, 2, 3].map(() => newSite(few)));
    const shown = await (await fetch(`${few.ops}/metrics`)).text();
    assert.equal(shown.match(/^site_used_bytes\{/gm).length, 2);
    await few.stop();
  });
});
