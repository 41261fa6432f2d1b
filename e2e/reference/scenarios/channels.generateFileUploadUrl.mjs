// The examples of the page "Generate File Upload Url" of Communication Channels Media. They give nothing back and promise nothing
// but the reply's field, which is looked at as it comes over the wire. The lines for curl leave out what the page requires.
import assert from 'node:assert/strict';
import { shell } from '../support/run.mjs';
import { photo } from '../support/stage.mjs';

async function upload({ run, replies }) {
  await run({ args: [{ mimeType: 'image/jpeg', fileName: 'a.jpeg' }] });
  assert.deepEqual(replies.map(Object.keys), [['uploadUrl']]);
  const { file } = await (await fetch(replies[0].uploadUrl, { method: 'PUT', body: photo })).json();
  assert.equal(file.displayName, 'a.jpeg');
}

export const scenarios = {
  async 'curl.sh'({ prepared }) {
    const { details } = await shell(await prepared());
    assert.deepEqual(details.validationError.fieldViolations.map(({ field }) => field), ['mimeType']);
  },
  'elevated.js': upload,
  'sdk.js': upload,
  'self-hosted.js': upload,
};
