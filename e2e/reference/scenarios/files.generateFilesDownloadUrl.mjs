// The examples of the page "Generate Files Download Url".
import assert from 'node:assert/strict';
import { until } from '../../sdk/support/until.mjs';
import { load, quietly, shell } from '../support/run.mjs';
import { get, photo, sound } from '../support/stage.mjs';

/** Gives a zip of three files. */
export async function zipOfThree({ run, jpeg, pdf }) {
  const [a, b, c] = [await jpeg('a.jpg'), await pdf('b.pdf'), await jpeg('c.jpg')].map(({ id }) => id);
  const url = await run({
    ids: {
      'd4dde1_dee18c9ada174a818ccf75c50e72c739~mv2.jpg': a,
      'd4dde1_84a62b7aeb874f73a7b736cad663d6f2.pdf': b,
      'd4dde1_e26da94b5cb440649ede0c433425449c~mv2.jpg': c,
    },
    args: [[a, b, c]],
    shown: (downloadUrl) => ({ downloadUrl }),
  });
  const zip = await get(url);
  for (const part of ['a.jpg', 'b.pdf', 'c.jpg', photo]) assert.ok(zip.includes(part));
}

export const scenarios = {
  async 'curl.sh'({ prepared, put }) {
    const [a, b] = [await put(sound, 'audio/mpeg', 'a.mp3'), await put(sound, 'audio/mpeg', 'b.mp3')];
    const reply = await shell(await prepared({
      '4acbb8_7596aeebcf5c41eca01c0d99667ac967.mp3': a.id,
      '3vcbb7_7446aeebcf5c41eca01c0d99665bc866.mp3': b.id,
    }));
    assert.deepEqual(Object.keys(reply), ['downloadUrl']);
    assert.ok((await get(reply.downloadUrl)).includes(sound));
  },

  async 'with-page-code.js'({ prepared, jpeg, pdf, replies }) {
    const images = [await jpeg('a.jpg'), await jpeg('b.jpg')].map(({ id }) => id);
    await pdf('not-an-image.pdf');
    const [backend, page] = (await prepared()).split(/(?=\/\*+\n \* Page code)/);
    await load(backend, 'backend.mjs');

    const button = { link: '', enabled: true, disable() { this.enabled = false; }, enable() { this.enabled = true; } };
    const ready = [];
    globalThis.$w = (selector) => {
      assert.equal(selector, '#downloadFiles');
      return button;
    };
    globalThis.$w.onReady = (callback) => ready.push(callback);
    await load(page.replace('backend/download-files-url.web', './backend.mjs'));
    const { errors } = await quietly(async () => {
      ready.forEach((callback) => callback());
      assert.equal(button.enabled, false);
      await until(() => button.enabled, 'the button');
    });
    assert.deepEqual(errors, []);
    assert.deepEqual(replies[0].files.map(({ id }) => id).sort(), images.sort());
    const zip = await get(button.link);
    for (const part of ['a.jpg', 'b.jpg']) assert.ok(zip.includes(part));
    assert.ok(!zip.includes('not-an-image.pdf'));
  },

  'elevated.js': zipOfThree,
  'sdk.js': zipOfThree,

  async 'self-hosted.js'({ run, jpeg, replies }) {
    const { id } = await jpeg('a.jpg');
    await run({ args: [[id]] });
    assert.deepEqual(replies.map(Object.keys), [['downloadUrl']]);
    assert.ok((await get(replies[0].downloadUrl)).includes('a.jpg'));
  },
};
