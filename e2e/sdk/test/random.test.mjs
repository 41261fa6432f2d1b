// Thousands of random steps by eight clients at a time, each checked against a small model of what it should come to.
//
// Each client works with folders and files of its own, so that its model is exact whatever the others do meanwhile; all
// share one site, its lists, its names at the top and its quota. Now and then everybody stops, and the whole library is
// compared.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { clientFor, refusal, upload } from '../support/client.mjs';
import { startServer } from '../support/server.mjs';

const CLIENTS = 8;
const ROUNDS = 6;
const STEPS = 70;
const DEEPEST = 32;
const SEED = Number(process.env.SEED ?? 1);

/** The same dice for the same seed. */
function dice(seed) {
  let state = BigInt(seed) * 2654435761n + 1n;
  return (sides) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & ((1n << 64n) - 1n);
    return Number((state >> 33n) % BigInt(sides));
  };
}

/** What one client has made, by id: where it is, where it was before the trash, its name. */
class Model {
  nodes = new Map();

  constructor(top) {
    this.top = top;
  }

  root(id) {
    const node = this.nodes.get(id);
    return node ? this.root(node.parent) : id === 'trash-root' ? 'TRASH_ROOT' : 'MEDIA_ROOT';
  }

  depth(id) {
    const node = this.nodes.get(id);
    return node ? 1 + this.depth(node.parent) : id === this.top ? 1 : 0;
  }

  height(id) {
    const below = [...this.nodes].filter(([, node]) => node.parent === id && !node.file);
    return Math.max(0, ...below.map(([child]) => 1 + this.height(child)));
  }

  holds(outer, id) {
    const node = this.nodes.get(id);
    return id === outer || (node !== undefined && this.holds(outer, node.parent));
  }

  taken(parent, name, but) {
    return parent !== 'trash-root'
      && [...this.nodes].some(([id, node]) => !node.file && id !== but && node.parent === parent && node.name === name);
  }

  all(file, root) {
    return [...this.nodes].filter(([id, node]) => node.file === file && this.root(id) === root).map(([id]) => id);
  }

  forget(id) {
    for (const [child, node] of this.nodes) if (node.parent === id) this.forget(child);
    this.nodes.delete(id);
    for (const node of this.nodes.values()) if (node.cameFrom === id) node.cameFrom = undefined;
  }
}

describe('random steps', () => {
  let server;
  let client;
  before(async () => {
    server = await startServer();
    client = clientFor(server);
  });
  after(() => server.stop());

  /** The code that a call is refused with; undefined when it isn't. */
  const outcome = async (call) => {
    let done = false;
    const refused = await refusal(async () => {
      await call();
      done = true;
    }).catch((error) => {
      if (!done) throw error;
      return undefined;
    });
    return refused && (refused.rule ?? refused.code);
  };

  async function step(model, roll, number) {
    const pick = (file) => {
      const all = [...model.nodes].filter(([, node]) => node.file === file).map(([id]) => id);
      return all.length > 0 ? all[roll(all.length)] : undefined;
    };
    const place = () => {
      const id = pick(false);
      return id !== undefined && roll(4) > 0 ? id : model.top;
    };
    const name = ['a', 'b', 'Ab', 'ç'][roll(4)];
    const live = (id) => model.root(id) === 'MEDIA_ROOT';
    const what = roll(14);
    const parent = place();
    if (what < 2 || model.nodes.size < 12) {
      const expected = !live(parent) ? 'INVALID_VALUE'
        : model.taken(parent, name) ? 'FOLDER_ALREADY_EXISTS'
          : model.depth(parent) >= DEEPEST ? 'FOLDER_TOO_DEEP' : undefined;
      const got = await outcome(async () => {
        const { folder } = await client.folders.createFolder(name, { parentFolderId: parent });
        model.nodes.set(folder._id, { file: false, parent, name });
      });
      return assert.equal(got, expected, `create ${name} in ${parent}`);
    }
    if (what < 4) {
      const fileName = `${name}${number}.txt`;
      const got = await outcome(async () => {
        const file = await upload(client, Buffer.from(fileName), 'text/plain', { fileName, parentFolderId: parent });
        model.nodes.set(file.id, { file: true, parent, name: fileName });
      });
      return assert.equal(got, live(parent) ? undefined : 'INVALID_VALUE', `upload into ${parent}`);
    }
    const file = what >= 9;
    const id = pick(file);
    if (id === undefined) return undefined;
    const node = model.nodes.get(id);
    if (what < 7) {
      const update = what === 4 ? { displayName: name } : what === 5 ? { parentFolderId: parent } : { displayName: name, parentFolderId: parent };
      const moves = update.parentFolderId !== undefined && parent !== node.parent;
      const [newParent, newName] = [moves ? parent : node.parent, update.displayName ?? node.name];
      const expected = moves && !live(parent) ? 'INVALID_VALUE'
        : model.taken(newParent, newName, id) ? 'FOLDER_ALREADY_EXISTS'
          : moves && model.holds(id, parent) ? 'FOLDER_CYCLE'
            : moves && model.depth(parent) + 1 + model.height(id) > DEEPEST ? 'FOLDER_TOO_DEEP' : undefined;
      const got = await outcome(() => client.folders.updateFolder(id, update));
      // Those that came back from the trash to the top are beside the others' there, who have names, too.
      const beside = newParent === 'media-root' && got === 'FOLDER_ALREADY_EXISTS';
      assert.ok(got === expected || beside, `update ${id} ${JSON.stringify(update)}: ${got} instead of ${expected}`);
      if (got === undefined) Object.assign(node, { parent: newParent, name: newName }, moves ? { cameFrom: undefined } : {});
      return undefined;
    }
    if (what === 7 || what === 11) {
      if (file) await client.files.bulkDeleteFiles([id]);
      else await client.folders.bulkDeleteFolders([id]);
      if (live(id)) Object.assign(node, { cameFrom: node.parent, parent: 'trash-root' });
      return undefined;
    }
    if (what === 8 || what === 12) {
      if (file) await client.files.bulkRestoreFilesFromTrashBin([id]);
      else await client.folders.bulkRestoreFoldersFromTrashBin([id]);
      if (live(id)) return undefined;
      const back = node.cameFrom !== undefined && live(node.cameFrom)
        && (file || model.depth(node.cameFrom) + 1 + model.height(id) <= DEEPEST);
      const shown = file ? await client.files.getFileDescriptor(id) : await client.folders.getFolder(id);
      const expected = back ? node.cameFrom : 'media-root';
      assert.equal(shown.parentFolderId, expected, `restore ${id}`);
      // At the top, others have names, too: the server says which was free.
      if (!file && expected !== 'media-root') {
        const free = [node.name, ...Array.from({ length: 99 }, (_, n) => `${node.name} (${n + 1})`)];
        assert.equal(shown.displayName, free.find((name_) => !model.taken(expected, name_, id)));
      }
      Object.assign(node, { parent: expected, cameFrom: undefined, name: shown.displayName });
      return undefined;
    }
    if (what < 11) {
      const expected = parent === node.parent || live(parent) ? undefined : 'INVALID_VALUE';
      const got = await outcome(() => client.files.updateFileDescriptor({ _id: id, parentFolderId: parent }));
      assert.equal(got, expected, `move ${id} to ${parent}`);
      if (expected === undefined && parent !== node.parent) Object.assign(node, { parent, cameFrom: undefined });
      return undefined;
    }
    if (roll(3) === 0) {
      if (roll(3) === 0) {
        const folder = pick(false);
        await client.folders.bulkDeleteFolders([folder], { permanent: true });
        model.forget(folder);
      } else {
        await client.files.bulkDeleteFiles([id], { permanent: true });
        model.forget(id);
      }
    }
    return undefined;
  }

  async function everything(list, field) {
    const found = [];
    let cursor;
    do {
      const page = await list({ paging: { limit: 100, ...(cursor ? { cursor } : {}) } });
      found.push(...page[field].map(({ _id }) => _id));
      cursor = page.nextCursor.cursors.next;
    } while (cursor);
    return found.sort();
  }

  it(`come to what a model says (seed ${SEED})`, async () => {
    const tops = await Promise.all(Array.from({ length: CLIENTS }, (_, n) => client.folders.createFolder(`client ${n}`)));
    const models = tops.map(({ folder }) => new Model(folder._id));
    const rolls = models.map((_, n) => dice(SEED * 100 + n));
    for (let round = 0; round < ROUNDS; round += 1) {
      await Promise.all(models.map(async (model, n) => {
        for (let number = 0; number < STEPS; number += 1) await step(model, rolls[n], round * STEPS + number);
      }));
      for (const rootFolder of ['MEDIA_ROOT', 'TRASH_ROOT']) {
        const own = rootFolder === 'MEDIA_ROOT' ? models.map(({ top }) => top) : [];
        const files = await everything((options) => client.files.searchFiles({ rootFolder, ...options }), 'files');
        assert.deepEqual(files, models.flatMap((model) => model.all(true, rootFolder)).sort(), `files of ${rootFolder}`);
        const folders = await everything((options) => client.folders.searchFolders({ rootFolder, ...options }), 'folders');
        assert.deepEqual(folders, [...own, ...models.flatMap((model) => model.all(false, rootFolder))].sort(), `folders of ${rootFolder}`);
      }
      for (const model of models) {
        for (const [id, node] of model.nodes) {
          const shown = node.file ? await client.files.getFileDescriptor(id) : await client.folders.getFolder(id);
          assert.deepEqual([shown.displayName, shown.parentFolderId], [node.name, node.parent], id);
        }
      }
    }
    const { totalUsage } = await client.channels.getStorageQuota();
    const bytes = models.flatMap((model) => [...model.nodes.values()]).filter(({ file }) => file);
    assert.equal(BigInt(totalUsage), BigInt(bytes.reduce((sum, { name }) => sum + Buffer.byteLength(name), 0)));
  });
});
