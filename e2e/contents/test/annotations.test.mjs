// What machines see in pictures: told after the upload, beside what people say, and found again.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import sharp from 'sharp';
import { real } from '../../sdk/support/corpus.mjs';
import { until } from '../../sdk/support/until.mjs';
import { describe as show } from '../../images/support/library.mjs';
import { picture, startLibrary } from '../support/library.mjs';

describe('what is seen in pictures', () => {
  let library;
  let astronaut;
  let coffee;
  before(async () => {
    library = await startLibrary({ env: { MEDIA_MANAGER_ANNOTATIONS: 'on' } });
    const seen = async (name, more) => {
      const file = await library.add(name, await real(`scikit-image/${name}`), 'image/png', more);
      // READY doesn't wait for machines.
      assert.equal(file.operationStatus, 'READY');
      return until(async () => {
        const now = await show(library.server, file.id);
        return now.media.image.annotations && now;
      }, `${name} is annotated`, 60_000);
    };
    [astronaut, coffee] = [await seen('astronaut.png', { labels: ['space'] }), await seen('coffee.png')];
  });
  after(() => library.stop());

  const labels = async (file, list) => (await library.client.files.updateFileDescriptor({ _id: file.id, labels: list })).labels;
  const annotate = async (ids, types, more = {}) => {
    const reply = await fetch(`${library.server.url}/site-media/v1/bulk/files/annotate-images`, {
      method: 'POST',
      headers: { Authorization: library.server.apiKey, 'Content-Type': 'application/json' },
      body: JSON.stringify({ fileIds: ids, annotationTypes: types, returnEntity: true, ...more }),
    });
    return { status: reply.status, body: await reply.json() };
  };

  it('are faces, where there are some', () => {
    assert.equal(astronaut.media.image.faces.length, 1);
    const [{ x, y, width, height, confidence }] = astronaut.media.image.faces;
    // The middle of her face, as one sees it in the picture of 512 pixels.
    assert.ok(Math.abs(x + width / 2 - 224) < 25 && Math.abs(y + height / 2 - 120) < 35, `${x},${y} ${width}x${height}`);
    assert.ok(confidence > 0.7 && confidence <= 1);
    assert.deepEqual(coffee.media.image.faces, []);
  });

  it('are labels, behind those of people, each by a model', () => {
    assert.equal(astronaut.labels[0], 'space');
    assert.ok(coffee.labels.some((label) => /coffee|espresso|cup|drink/.test(label)), `${coffee.labels}`);
    const told = coffee.media.image.annotations.find(({ type }) => type === 'LABELS');
    assert.ok(told.model && told.version && told.createdDate);
    assert.deepEqual(told.labels.map(({ name }) => name), coffee.labels);
    for (const { confidence } of told.labels) assert.ok(confidence > 0 && confidence <= 1);
  });

  it('leave what people typed, and stay away when they were taken away', async () => {
    const [first, ...rest] = coffee.labels;
    assert.deepEqual(await labels(coffee, [...rest, 'breakfast']), ['breakfast', ...rest]);
    const { status, body } = await annotate([coffee.id], ['LABELS'], { overwrite: true });
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(body.results[0].item.labels, ['breakfast', ...rest], `${first} stays away`);
    const { files } = await library.client.files.searchFiles({ search: 'breakfast' });
    assert.deepEqual(files.map(({ _id }) => _id), [coffee.id]);
  });

  it('are texts, which search finds', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="300"><rect width="900" height="300" fill="#fff"/><text x="60" y="130" font-size="72" font-family="sans-serif">Grand Opening</text><text x="60" y="230" font-size="72" font-family="sans-serif">Saturday 14:30</text></svg>';
    const sign = await library.add('sign.png', await sharp(Buffer.from(svg)).png().toBuffer(), 'image/png');
    const now = await until(async () => {
      const file = await show(library.server, sign.id);
      return file.media.image.annotations && file;
    }, 'the sign is annotated', 60_000);
    assert.equal(now.media.image.containsText, true);
    assert.match(now.media.image.text, /grand\s*opening/i);
    const { files } = await library.client.files.searchFiles({ search: 'saturday' });
    assert.deepEqual(files.map(({ _id }) => _id), [sign.id]);
    assert.notEqual(coffee.media.image.containsText, true);
  });

  it('are asked for by hand, each picture for itself', async () => {
    const text = await library.add('a.txt', Buffer.from('no picture'), 'text/plain');
    const types = ['FACES', 'LABELS', 'CONTAINS_TEXT', 'CAPTION', 'COLORS', 'IS_ANIMATED', 'COLOR_V2'];
    const { status, body } = await annotate([astronaut.id, text.id, 'nothing'], types, { overwrite: true });
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(body.bulkActionMetadata, { totalSuccesses: 1, totalFailures: 2, undetailedFailures: 0 });
    assert.deepEqual(body.results.map(({ itemMetadata }) => [itemMetadata.originalIndex, itemMetadata.success]), [[0, true], [1, false], [2, false]]);
    assert.equal(body.results[2].itemMetadata.error.code, 'RESOURCE_NOT_FOUND');
    assert.equal(body.results[0].item.media.image.faces.length, 1);
    for (const wrong of [await annotate([], types), await annotate([astronaut.id], []), await annotate(Array(11).fill(astronaut.id), types), await annotate([astronaut.id], ['SITE_SECTION_CATEGORY'])]) {
      assert.equal(wrong.status, 400, JSON.stringify(wrong.body));
    }
  });

  it('keep faces in view, and what somebody has chosen before them', async () => {
    // Two thirds of the picture are beside the face.
    const wide = await sharp(await real('scikit-image/astronaut.png')).extend({ right: 1536, background: '#456' }).png().toBuffer();
    const file = await library.add('wide.png', wide, 'image/png');
    const seen = await until(async () => {
      const now = await show(library.server, file.id);
      return now.media.image.annotations && now;
    }, 'it is annotated', 60_000);
    assert.equal(seen.media.image.faces.length, 1);
    const { x, y } = seen.media.image.image.focalPoint;
    assert.ok(Math.abs(x - 11) < 3 && Math.abs(y - 23) < 8, `${x} ${y}`);
    const form = async () => picture(`${library.server.url}/media/${file.id}/v1/fill/w_200,h_200,al_auto/a.png`);
    const plain = ({ data }) => data.filter((value, i) => i % 4 === 0 && Math.abs(value - 0x44) < 3).length / 40_000;
    assert.ok(plain(await form()) < 0.3, 'the face is there');
    const chosen = await library.own(`/files/${file.id}/focal-point`, { method: 'PUT', body: JSON.stringify({ x: 90, y: 50 }) });
    assert.equal(chosen.status, 200, JSON.stringify(chosen.body));
    assert.deepEqual(chosen.body.file.media.image.image.focalPoint, { x: 90, y: 50 });
    assert.ok(plain(await form()) > 0.95, 'the chosen point is there');
    for (const bad of [{ x: 101, y: 0 }, { x: -1, y: 5 }, { x: 5 }]) {
      assert.equal((await library.own(`/files/${file.id}/focal-point`, { method: 'PUT', body: JSON.stringify(bad) })).status, 400);
    }
    await library.own(`/files/${file.id}/focal-point`, { method: 'DELETE' });
    assert.ok(plain(await form()) < 0.3, 'the face is back');
  });

  it('find copies of a picture, and others that look alike', async () => {
    const add = async (name, bytes) => library.add(name, bytes, 'image/jpeg');
    const cat = await real('scikit-image/chelsea.png');
    const [one, copy] = [await add('cat.jpg', await sharp(cat).jpeg({ quality: 92 }).toBuffer()), await add('small.jpg', await sharp(cat).resize(220).jpeg({ quality: 60 }).toBuffer())];
    const alike = await until(async () => {
      const { status, body } = await library.own(`/files/${one.id}/similar?limit=5`);
      return status === 200 && body.files.some(({ file }) => file.id === copy.id) && body.files;
    }, 'the copy is found', 60_000);
    assert.deepEqual([alike[0].file.id, alike[0].duplicate], [copy.id, true]);
    assert.ok(alike[0].similarity > 0.8);
    for (const { duplicate } of alike.slice(1)) assert.equal(duplicate, false);
    await library.client.files.bulkDeleteFiles([copy.id], { permanent: true });
    const gone = await library.own(`/files/${one.id}/similar`);
    assert.ok(!gone.body.files.some(({ file }) => file.id === copy.id));
  });

  it('are nobody\'s business where a site wants that', async () => {
    const set = await library.own('/annotation-policy', { method: 'PUT', body: JSON.stringify({ automatic: false }) });
    assert.deepEqual([set.status, set.body], [200, { automatic: false }]);
    const file = await library.add('left alone.png', await real('scikit-image/coffee.png'), 'image/png');
    await new Promise((resolve) => { setTimeout(resolve, 3000); });
    assert.equal((await show(library.server, file.id)).media.image.annotations, undefined);
    const { body } = await annotate([file.id], ['LABELS']);
    assert.ok(body.results[0].item.labels.length > 0);
    assert.deepEqual((await library.own('/annotation-policy')).body, { automatic: false });
  });
});
