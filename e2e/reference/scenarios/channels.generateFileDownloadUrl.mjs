// The examples of the page "Generate File Download Url" of Communication Channels Media. They give nothing back and promise nothing
// but the reply's field, which is looked at as it comes over the wire. The lines for curl leave out what the page requires.
import assert from 'node:assert/strict';
import { shell } from '../support/run.mjs';
import { photo } from '../support/stage.mjs';

async function download({ run, jpeg, replies }) {
  const { id } = await jpeg('a.jpg');
  await run({ args: [id, { downloadFileName: 'b.jpeg' }] });
  assert.deepEqual(replies.map(Object.keys), [['downloadUrl']]);
  const reply = await fetch(replies[0].downloadUrl);
  assert.match(reply.headers.get('content-disposition'), /b\.jpeg/);
  assert.ok(Buffer.from(await reply.arrayBuffer()).equals(photo));
}

export const scenarios = {
  async 'curl.sh'({ prepared }) {
    const { details } = await shell(await prepared());
    assert.deepEqual(details.validationError.fieldViolations.map(({ field }) => field), ['fileId']);
  },
  'elevated.js': download,
  'sdk.js': download,
  'self-hosted.js': download,
};
