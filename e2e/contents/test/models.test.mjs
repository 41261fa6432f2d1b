// 3D models: measured, drawn, and refused when they are none.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { corpus, inked, named, picture, read, startLibrary } from '../support/library.mjs';

/** A box as glTF, with a material of one colour. */
function box([r, g, b], size = 2) {
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => [i & 1, (i >> 1) & 1, (i >> 2) & 1].map((bit) => (bit - 0.5) * size));
  const faces = [[0, 2, 1, 1, 2, 3], [4, 5, 6, 5, 7, 6], [0, 1, 4, 1, 5, 4], [2, 6, 3, 3, 6, 7], [0, 4, 2, 2, 4, 6], [1, 3, 5, 3, 7, 5]].flat();
  const positions = Buffer.alloc(96);
  corners.flat().forEach((value, i) => positions.writeFloatLE(value, i * 4));
  const indices = Buffer.alloc(72);
  faces.forEach((value, i) => indices.writeUInt16LE(value, i * 2));
  const half = size / 2;
  return {
    bin: Buffer.concat([positions, indices]),
    json: {
      asset: { version: '2.0' }, scene: 0, scenes: [{ nodes: [0] }], nodes: [{ mesh: 0, name: 'A red box' }],
      meshes: [{ primitives: [{ attributes: { POSITION: 0 }, indices: 1, material: 0 }] }],
      materials: [{ pbrMetallicRoughness: { baseColorFactor: [r, g, b, 1], metallicFactor: 0 }, doubleSided: true }],
      accessors: [
        { bufferView: 0, componentType: 5126, count: 8, type: 'VEC3', min: [-half, -half, -half], max: [half, half, half] },
        { bufferView: 1, componentType: 5123, count: 36, type: 'SCALAR' },
      ],
      bufferViews: [{ buffer: 0, byteOffset: 0, byteLength: 96 }, { buffer: 0, byteOffset: 96, byteLength: 72 }],
      buffers: [{ byteLength: 168 }],
    },
  };
}

function glb({ json, bin }) {
  const text = Buffer.from(JSON.stringify(json));
  const padded = Buffer.concat([text, Buffer.alloc((4 - (text.length % 4)) % 4, ' ')]);
  const head = (length, kind) => { const chunk = Buffer.alloc(8); chunk.writeUInt32LE(length, 0); chunk.write(kind, 4, 'latin1'); return chunk; };
  const body = Buffer.concat([head(padded.length, 'JSON'), padded, head(bin.length, 'BIN\0'), bin]);
  const start = Buffer.alloc(12);
  start.write('glTF', 0, 'latin1');
  start.writeUInt32LE(2, 4);
  start.writeUInt32LE(12 + body.length, 8);
  return Buffer.concat([start, body]);
}

describe('3D models', () => {
  let library;
  before(async () => { library = await startLibrary(); });
  after(() => library.stop());

  it('are measured, and have a picture that looks like them', async () => {
    const file = await library.add('box.glb', glb(box([0.8, 0.02, 0.02])), 'model/gltf-binary');
    assert.equal(file.operationStatus, 'READY', JSON.stringify(file.failure));
    const { model3d } = file.media;
    assert.deepEqual([model3d.triangles, model3d.materials, model3d.boundingBox], [12, 1, { min: [-1, -1, -1], max: [1, 1, 1] }]);
    assert.deepEqual([model3d.thumbnail.width, model3d.thumbnail.height], [256, 256]);
    assert.equal(file.thumbnailUrl, model3d.thumbnail.url);
    const shown = await picture(model3d.thumbnail.url);
    assert.deepEqual([shown.width, shown.height, shown.type], [256, 256, 'image/png']);
    const ink = inked(shown);
    assert.ok(ink > 0.2 && ink < 0.8, `${ink} of it is the box`);
    const [r, g, b, a] = shown.at(0.5, 0.5);
    assert.ok(r > 2 * g && r > 2 * b && a === 255, `${[r, g, b, a]}`);
    const large = await picture(`${library.server.url}/media/${file.id}/v1/fit/w_1000,h_1000/a.webp`);
    assert.equal(large.width, 1000);
  });

  it('in glTF, OBJ, STL and PLY of the corpus are drawn', async () => {
    const tally = {};
    for (const path of await corpus('assimp-testmodels', 'glb', 'gltf', 'obj', 'stl', 'ply')) {
      const { status, file, body } = await library.send(named(path), await read(path));
      const format = path.split('.').pop().toLowerCase();
      tally[format] ??= { taken: 0, drawn: 0, failed: 0, refused: 0 };
      if (status !== 200) { assert.ok(status < 500, `${named(path)}: ${JSON.stringify(body)}`); tally[format].refused += 1; continue; }
      tally[format].taken += 1;
      if (file.operationStatus === 'FAILED') { assert.ok(file.failure.description); tally[format].failed += 1; continue; }
      if (!file.media.model3d.thumbnail) continue;
      const reply = await fetch(file.media.model3d.thumbnail.url);
      if (reply.status === 200) tally[format].drawn += 1;
    }
    console.log(tally);
    for (const format of ['glb', 'obj', 'stl', 'ply']) assert.ok(tally[format].drawn >= tally[format].taken * 0.6, `${format}: ${JSON.stringify(tally[format])}`);
  });

  it('that are damaged FAIL with a reason, or say what is missing', async () => {
    const whole = glb(box([1, 1, 1]));
    const cases = { 'cut.glb': whole.subarray(0, 300), 'header.glb': whole.subarray(0, 20) };
    const wrong = box([1, 1, 1]);
    wrong.json.accessors[0].count = 1_000_000;
    cases['counts.glb'] = glb(wrong);
    const round = box([1, 1, 1]);
    round.json.nodes = [{ mesh: 0, children: [1] }, { children: [0] }];
    cases['round.glb'] = glb(round);
    for (const [name, bytes] of Object.entries(cases)) {
      const { status, file, body } = await library.send(name, bytes, 'model/gltf-binary');
      if (status !== 200) { assert.ok(status < 500, JSON.stringify(body)); continue; }
      const told = file.operationStatus === 'FAILED' ? file.failure.description : `${file.media.model3d.warnings} ${file.notice}`;
      assert.ok(told.length > 10, name);
    }
  });
});
