// Roles on folders: they bind the API, whatever is asked for, and go with their folders.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { clientFor, refusal, upload } from '../support/client.mjs';
import { operations, pointers, request } from '../support/openapi.mjs';
import { startServer } from '../support/server.mjs';
import { newSite } from '../support/site.mjs';
import { pause } from '../support/until.mjs';

/** The lowest role for each operation on files and folders, by hand; folders know viewers, contributors and editors. */
const LOWEST = {
  viewer: `generateFileDownloadUrl generateFilesDownloadUrl generatePrivateImageUrl generateVideoStreamingUrl getFileDescriptor getFileDescriptors listDeletedFiles
    listFiles queryFileDescriptors searchFiles generateFolderDownloadUrl getFolder listDeletedFolders listFolders queryFolders searchFolders listCaptions
    listEntries findSimilarFiles`,
  contributor: `bulkImportFile bulkImportFiles generateFileResumableUploadUrl generateFileUploadUrl importFile updateFile
    updateFileDescriptor createFolder setCaptions removeCaptions
    bulkAnnotateImages setFocalPoint removeFocalPoint`,
  editor: 'bulkDeleteFiles bulkRestoreFilesFromTrashBin bulkDeleteFolders bulkRestoreFoldersFromTrashBin updateFolder',
};
const ROLES = Object.keys(LOWEST);
const lowest = (operation) => ROLES.find((role) => LOWEST[role].split(/\s+/).includes(operation));
const covers = (has, needed) => ROLES.indexOf(has) >= ROLES.indexOf(needed);
const names = (list) => list.map(({ displayName }) => displayName).sort();

describe('roles on folders', () => {
  let server;
  let site;
  let owner;
  before(async () => {
    server = await startServer();
    site = await newSite(server);
    owner = await user('owner@example.org');
    await grant(owner, 'owner');
  });
  after(() => server.stop());

  const call = async (token, path, { method = 'POST', body } = {}) => {
    const reply = await fetch(server.url + path, {
      method, headers: { Authorization: token, 'wix-site-id': site.siteId, 'Content-Type': 'application/json' }, body: body && JSON.stringify(body),
    });
    const answer = await reply.json();
    return { status: reply.status, body: answer, code: answer.details?.applicationError?.code };
  };
  const manage = (token, method, path, body) => call(token, `/media-manager/v1${path}`, { method, body });

  /** A user without any role, signed in. */
  async function user(email = `${randomBytes(4).toString('hex')}@example.org`) {
    const { userId, password } = await server.admin('users', 'create', '--email', email);
    const reply = await fetch(`${server.url}/media-manager/v1/sessions`, { method: 'POST', body: JSON.stringify({ email, password }) });
    const { sessionToken } = await reply.json();
    return { userId, email, token: sessionToken, client: clientFor(server, { apiKey: sessionToken, siteId: site.siteId }) };
  }
  async function grant({ email }, role, folder) {
    await server.admin('users', 'grant', email, '--site', site.siteId, '--role', role, ...(folder ? ['--folder', folder] : []));
    // Another process wrote.
    await pause(600);
  }

  const { folders, files } = new Proxy({}, { get: (_, module) => new Proxy({}, { get: (__, name) => (...args) => site.client[module][name](...args) }) });
  const make = async (displayName, parentFolderId) =>
    (await folders.createFolder(displayName, parentFolderId ? { parentFolderId } : {})).folder._id;
  const unique = (name) => `${name} ${randomBytes(4).toString('hex')}`;
  const note = async (parentFolderId, fileName = `${unique('n')}.txt`, by = site.client) =>
    (await upload(by, Buffer.from(fileName), 'text/plain', { fileName, parentFolderId })).id;

  /** Folders `a`, `a/sub`, `b`, `b/inner`, `b/inner/deep` and `c`, and a user who is viewer on `a` and editor on `b/inner`. */
  async function furnished() {
    const a = await make(unique('a'));
    const b = await make(unique('b'));
    const inner = await make('inner', b);
    const at = { a, sub: await make('sub', a), b, inner, deep: await make('deep', inner), c: await make(unique('c')) };
    const ada = await user();
    for (const [folderId, role] of [[a, 'viewer'], [inner, 'editor']]) {
      const added = await manage(owner.token, 'POST', '/users', { email: ada.email, role, folderId });
      assert.deepEqual([added.status, added.body], [200, { userId: ada.userId }]);
    }
    return { at, ada, roles: { a: 'viewer', sub: 'viewer', inner: 'editor', deep: 'editor', b: undefined, c: undefined } };
  }

  /** What can lie in a folder, made anew: ids by what they are. */
  const things = {
    folder: (place) => make(unique('f'), place),
    file: (place) => note(place),
    'trashed file': async (place) => {
      const id = await note(place);
      await files.bulkDeleteFiles([id]);
      return id;
    },
    'trashed folder': async (place) => {
      const id = await make(unique('f'), place);
      await folders.bulkDeleteFolders([id]);
      return id;
    },
    'file in a trashed folder': async (place) => {
      const folder = await make(unique('f'), place);
      const id = await note(folder);
      await folders.bulkDeleteFolders([folder]);
      return id;
    },
    'folder in a trashed folder': async (place) => {
      const folder = await make(unique('f'), place);
      const id = await make('g', folder);
      await folders.bulkDeleteFolders([folder]);
      return id;
    },
    'file trashed from a folder that was trashed': async (place) => {
      const folder = await make(unique('f'), place);
      const id = await note(folder);
      await files.bulkDeleteFiles([id]);
      await folders.bulkDeleteFolders([folder]);
      return id;
    },
  };

  it('let through what lies within, and nothing else is there, for every operation and wherever it is named', async () => {
    const { at, ada, roles } = await furnished();
    const all = (await operations(server.url)).filter(({ path }) => /^\/site-media\/|\/media-manager\/v1\/files\//.test(path) && !path.endsWith('/events'));
    const met = new Set();
    const asked = [];
    for (const operation of all) {
      const name = operation.name.split('_')[0];
      met.add(name);
      const role = lowest(name);
      assert.ok(role, `${name} is missing in the table above: add it by hand`);
      for (const pointer of pointers(operation)) {
        const field = pointer.name ?? pointer.path.join('.');
        if (/cursor$/i.test(field)) continue; // looked at below
        for (const place of Object.keys(at)) {
          for (const kind of Object.keys(things)) asked.push({ operation, name, role, pointer, field, place, kind });
        }
      }
    }
    assert.deepEqual([...met].sort(), Object.values(LOWEST).flatMap((list) => list.split(/\s+/)).sort());
    assert.ok(asked.length > 1000, `${asked.length}`);

    const one = async ({ operation, name, role, pointer, field, place, kind }) => {
      const send = async (token, id) => {
        // What else the call is about lies where ada is editor.
        const [file, folder] = /^(update|bulkDelete|bulkRestore)/.test(name) ? [await things.file(at.deep), await things.folder(at.deep)] : [];
        const fills = {
          fileId: file, fileIds: file, id: file, folderId: folder, folderIds: folder, mimeType: 'text/plain', url: 'http://192.0.2.1/n.txt',
          displayName: unique('n'), fileName: 'n.txt', language: 'en', annotationTypes: 'FACES', x: 50, y: 50, text: 'WEBVTT\n\n00:00.000 --> 00:01.000\nHello',
        };
        const { method, path, body } = request(operation, pointer, id, (key) => fills[key] ?? fills[key.split('.').pop()]);
        const reply = await call(token, path, { method, body });
        const scrubbed = JSON.stringify([reply.status, reply.body]).replaceAll(id, '{it}')
          .replace(/[0-9a-f]{32}/g, '{id}').replace(/[0-9a-f]{8}/g, '{word}').replace(/[\w-]+\.[\w-]{20,}\.[\w-]{20,}/g, '{token}')
          .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '{time}');
        assert.ok(reply.status < 500, scrubbed);
        return { scrubbed, status: reply.status };
      };
      const id = await things[kind](at[place]);
      const absent = await send(ada.token, id.replace(/[0-9a-f]{32}/, randomBytes(16).toString('hex')));
      const found = await send(ada.token, id);
      const what = `${name} with ${field}: a ${kind} in ${place}`;
      assert.notEqual(found.status, 403, what);
      const reached = found.scrubbed !== absent.scrubbed;
      // A file comes out of a trashed folder, or of one that is gone, into the site's root; that is out of reach.
      const astray = name === 'bulkRestoreFilesFromTrashBin' && /file .* trashed$|file in a trashed/.test(kind);
      const astrayFolder = name === 'bulkRestoreFoldersFromTrashBin' && kind === 'folder in a trashed folder';
      if (!roles[place] || !covers(roles[place], role) || astray || astrayFolder) {
        assert.equal(reached, false, `${what}: ${found.scrubbed}`);
        return false;
      }
      // Within reach, it is as for the owner.
      const same = await things[kind](at[place]);
      const ownersAbsent = await send(owner.token, same.replace(/[0-9a-f]{32}/, randomBytes(16).toString('hex')));
      const owners = await send(owner.token, same);
      assert.deepEqual([found.status, reached], [owners.status, owners.scrubbed !== ownersAbsent.scrubbed], `${what}: ${found.scrubbed} ${owners.scrubbed}`);
      return reached;
    };
    let reached = 0;
    while (asked.length > 0) reached += (await Promise.all(asked.splice(0, 8).map(one))).filter(Boolean).length;
    assert.ok(reached > 200, `${reached} were let through`);
  });

  it('hold for the folder itself, and roots are refused', async () => {
    const { at, ada } = await furnished();
    assert.equal((await ada.client.folders.getFolder(at.a))._id, at.a);
    assert.equal((await ada.client.folders.updateFolder(at.inner, { displayName: 'renamed' })).displayName, 'renamed');
    assert.equal((await refusal(() => ada.client.folders.updateFolder(at.a, { displayName: 'renamed' }))).code, 'FOLDER_NOT_FOUND');
    for (const root of ['media-root', 'visitor-uploads', 'trash-root']) {
      for (const ask of [
        () => ada.client.folders.getFolder(root),
        () => ada.client.folders.listFolders({ parentFolderId: root }),
        () => ada.client.files.listFiles({ parentFolderId: root }),
        () => ada.client.folders.generateFolderDownloadUrl(root),
        () => ada.client.folders.createFolder('x', { parentFolderId: root }),
        () => ada.client.folders.updateFolder(at.deep, { parentFolderId: root }),
        () => ada.client.folders.bulkDeleteFolders([root]),
        () => ada.client.files.generateFileUploadUrl('text/plain', { fileName: 'x.txt', parentFolderId: root }),
      ]) {
        const { code, error } = await refusal(ask);
        assert.equal(code, 'PERMISSION_DENIED', `${ask} ${root}`);
        assert.match(error.details.applicationError.description, /roles on folders alone/);
      }
    }
    for (const ask of [() => ada.client.files.listFiles(), () => ada.client.folders.createFolder('x')]) {
      assert.equal((await refusal(ask)).code, 'PERMISSION_DENIED', 'the root is meant where none is named');
    }
  });

  it('allow nothing that is the site\'s', async () => {
    const { ada } = await furnished();
    const statuses = {};
    for (const operation of await operations(server.url)) {
      if (lowest(operation.name.split('_')[0]) || /Session|signOut/.test(operation.name)) continue;
      const { method, path, body } = request(operation, {}, undefined, () => 'x');
      const { status, code } = await call(ada.token, path, { method, body });
      statuses[operation.name.split('_').slice(0, 2).join('_')] = code ?? status;
    }
    const { listTypes, ...others } = statuses;
    assert.equal(listTypes, 200, 'whoever uploads asks for the types');
    assert.ok(Object.keys(others).length > 15, JSON.stringify(others));
    assert.deepEqual(new Set(Object.values(others)), new Set(['PERMISSION_DENIED']), JSON.stringify(others));
  });

  it('keep moves and uploads within', async () => {
    const { at, ada } = await furnished();
    const move = (id, parentFolderId) => ada.client.files.updateFileDescriptor({ _id: id, parentFolderId });
    const [own, seen, foreign] = [await note(at.inner), await note(at.a), await note(at.c)];
    assert.equal((await move(own, at.deep)).parentFolderId, at.deep);
    for (const folder of [at.a, at.sub, at.b, at.c]) {
      const { rule, field } = await refusal(() => move(own, folder));
      assert.deepEqual([rule, field], ['RESOURCE_NOT_FOUND', 'file.parentFolderId']);
      assert.equal((await refusal(() => ada.client.folders.updateFolder(at.deep, { parentFolderId: folder }))).rule, 'RESOURCE_NOT_FOUND');
    }
    for (const id of [seen, foreign]) {
      assert.equal((await refusal(() => move(id, at.deep))).field, 'file.id', 'a role is needed at both ends');
    }
    for (const folder of [at.sub, at.c]) {
      assert.equal((await refusal(() => ada.client.folders.updateFolder(folder, { parentFolderId: at.deep }))).code, 'FOLDER_NOT_FOUND');
    }
    assert.equal((await refusal(() => ada.client.files.generateFilesDownloadUrl([own, seen, foreign]))).field, 'fileIds[2]');
    const sent = await upload(ada.client, Buffer.from('x'), 'text/plain', { fileName: 'x.txt', parentFolderId: at.inner, filePath: '/one/two' });
    const { folders: made } = await ada.client.folders.listFolders({ parentFolderId: at.inner });
    assert.deepEqual(names(made), ['deep', 'one']);
    assert.equal((await ada.client.folders.getFolder(sent.parentFolderId)).displayName, 'two');
    assert.deepEqual(sent.addedBy, { identityType: 'WIX_USER', identityId: ada.userId });
  });

  it('keep searches, queries, lists of the trash and their cursors within', async () => {
    const { at, ada } = await furnished();
    const word = randomBytes(6).toString('hex');
    for (const [place, folder] of Object.entries(at)) {
      for (const kind of ['one', 'two']) await note(folder, `${word} ${place} ${kind}.txt`);
      const gone = await note(folder, `${word} ${place} gone.txt`);
      await files.bulkDeleteFiles([gone]);
      await make(`${word} ${place} folder`, folder);
      const bin = await make(`${word} ${place} bin`, folder);
      await note(bin, `${word} ${place} binned.txt`);
      await folders.bulkDeleteFolders([bin]);
    }
    const reached = ['a', 'deep', 'inner', 'sub'];
    const of = (...kinds) => reached.flatMap((place) => kinds.map((kind) => `${word} ${place} ${kind}`)).sort();
    /** All pages, two at a time, there and back. */
    const walked = async (ask, list) => {
      const found = [];
      let page = await ask({ limit: 2 });
      for (let pages = 1; ; pages += 1) {
        assert.ok(list(page).length <= 2);
        found.push(...list(page));
        const { cursors, hasNext } = page.nextCursor ?? page.pagingMetadata;
        if (!hasNext) {
          if (pages > 1) {
            const back = await ask({ limit: 2, cursor: cursors.prev });
            assert.ok(list(back).length === 2 && list(back).every(({ id }) => found.some((known) => known.id === id)));
          }
          return names(found).filter((name) => name.includes(word));
        }
        page = await ask({ limit: 2, cursor: cursors.next });
      }
    };
    const post = (path, body, list) => walked(async (paging) => (await call(ada.token, path, { body: body(paging) })).body, list);
    const inFiles = ({ files: list }) => list;
    const inFolders = ({ folders: list }) => list;
    const live = of('one.txt', 'two.txt');
    const dead = of('gone.txt', 'binned.txt');
    for (const search of [word, undefined]) {
      assert.deepEqual(await post('/site-media/v1/files/search', (paging) => ({ search, paging }), inFiles), live);
      assert.deepEqual(await post('/site-media/v1/files/search', (paging) => ({ search, paging, rootFolder: 'TRASH_ROOT' }), inFiles), dead);
      assert.deepEqual(await post('/site-media/v1/folders/search', (paging) => ({ search, paging }), inFolders), of('folder'));
      assert.deepEqual(await post('/site-media/v1/folders/search', (paging) => ({ search, paging, rootFolder: 'TRASH_ROOT' }), inFolders), of('bin'));
    }
    const query = (filter) => (cursorPaging) => ({ query: { filter, cursorPaging } });
    assert.deepEqual(await post('/site-media/v1/files/query', query(), inFiles), live);
    assert.deepEqual(await post('/site-media/v1/files/query', query({ state: 'DELETED' }), inFiles), dead);
    assert.deepEqual(await post('/site-media/v1/folders/query', query(), inFolders), of('folder'));
    assert.deepEqual(await post('/site-media/v1/folders/query', query({ state: 'DELETED' }), inFolders), of('bin'));
    const get = (path, list) => walked(async ({ limit, cursor }) => {
      const paging = new URLSearchParams({ 'paging.limit': limit, ...(cursor ? { 'paging.cursor': cursor } : {}) });
      return (await call(ada.token, `${path}?${paging}`, { method: 'GET' })).body;
    }, list);
    assert.deepEqual(await get('/site-media/v1/trash-bin/files', inFiles), of('gone.txt'));
    assert.deepEqual(await get('/site-media/v1/trash-bin/folders', inFolders), of('bin'));

    // A cursor is worth what its user may see now: one of somebody else's, or from before, shows no more.
    const whole = await call(owner.token, '/site-media/v1/files/search', { body: { search: word, paging: { limit: 1 } } });
    const { body } = await call(ada.token, '/site-media/v1/files/search', { body: { paging: { cursor: whole.body.nextCursor.cursors.next, limit: 100 } } });
    assert.ok(body.files.length > 0 && body.files.every(({ displayName }) => live.includes(displayName)));
    const level = await call(owner.token, `/site-media/v1/files?parentFolderId=${at.c}&paging.limit=1`, { method: 'GET' });
    const stolen = await call(ada.token, `/site-media/v1/files?paging.cursor=${level.body.nextCursor.cursors.next}`, { method: 'GET' });
    assert.deepEqual(stolen.body.files, []);
  });

  it('bring back only what comes back within', async () => {
    const { at, ada } = await furnished();
    const file = await note(at.deep);
    await files.bulkDeleteFiles([file]);
    await ada.client.files.bulkRestoreFilesFromTrashBin([file]);
    assert.equal((await ada.client.files.getFileDescriptor(file)).parentFolderId, at.deep);
    // Where it came from is in the trash: it would come back into the site's root, and all of the call is undone.
    const [good, bad] = [await note(at.inner), await note(at.deep)];
    await files.bulkDeleteFiles([good, bad]);
    await folders.bulkDeleteFolders([at.deep]);
    const { rule, field } = await refusal(() => ada.client.files.bulkRestoreFilesFromTrashBin([good, bad]));
    assert.deepEqual([rule, field], ['RESOURCE_NOT_FOUND', 'fileIds[1]']);
    assert.equal((await files.getFileDescriptor(good)).parentFolderId, 'trash-root');
    await ada.client.folders.bulkRestoreFoldersFromTrashBin([at.deep]);
    await ada.client.files.bulkRestoreFilesFromTrashBin([good, bad]);
    assert.equal((await files.getFileDescriptor(bad)).parentFolderId, at.deep);
  });

  it('go with their folders, and end with them or when they are taken away, at once', async () => {
    const { at, ada } = await furnished();
    const file = await note(at.deep);
    const sees = async () => (await call(ada.token, `/site-media/v1/files/${file}`, { method: 'GET' })).status === 200;
    const lists = async () => (await ada.client.files.searchFiles()).files.map(({ _id }) => _id).includes(file);
    const both = async () => [await sees(), await lists()];
    assert.deepEqual(await both(), [true, true]);
    await folders.updateFolder(at.inner, { parentFolderId: at.c });
    assert.deepEqual(await both(), [true, true], 'the folder moved');
    await folders.updateFolder(at.deep, { parentFolderId: at.b });
    assert.deepEqual(await both(), [false, false], 'its content moved out');
    await folders.updateFolder(at.deep, { parentFolderId: at.a });
    assert.deepEqual(await both(), [true, true], 'and into another that the user sees');
    assert.equal((await refusal(() => ada.client.files.bulkDeleteFiles([file]))).rule, 'RESOURCE_NOT_FOUND', 'where the role is a viewer\'s');
    await folders.updateFolder(at.deep, { parentFolderId: at.inner });

    const shown = async () => (await manage(ada.token, 'GET', '/sessions')).body.user.sites[0]?.folders?.map(({ folderId }) => folderId) ?? [];
    await folders.bulkDeleteFolders([at.inner]);
    assert.deepEqual(await both(), [true, false], 'in the trash');
    assert.deepEqual((await shown()).sort(), [at.a, at.inner].sort());
    await folders.bulkRestoreFoldersFromTrashBin([at.inner]);
    assert.deepEqual(await both(), [true, true]);

    const path = `/users/${ada.userId}/folders/${at.inner}`;
    assert.equal((await manage(owner.token, 'PUT', path, { role: 'viewer' })).status, 200);
    assert.equal((await refusal(() => ada.client.files.bulkDeleteFiles([file]))).rule, undefined, 'no editor any more');
    assert.equal((await manage(owner.token, 'DELETE', path)).status, 200);
    assert.deepEqual(await both(), [false, false], 'taken away');
    assert.equal((await manage(owner.token, 'PUT', path, { role: 'editor' })).status, 200);
    assert.deepEqual(await both(), [true, true], 'given again');
    await folders.bulkDeleteFolders([at.inner], { permanent: true });
    assert.deepEqual(await shown(), [at.a], 'gone for good');
    assert.equal((await manage(owner.token, 'DELETE', `/users/${ada.userId}`)).status, 200);
    assert.deepEqual((await manage(ada.token, 'GET', '/sessions')).body.user.sites, []);
    assert.equal((await refusal(() => ada.client.folders.getFolder(at.a))).code, 'PERMISSION_DENIED');
    assert.equal((await manage(owner.token, 'PUT', `/users/${ada.userId}/folders/${at.a}`, { role: 'viewer' })).code, 'USER_NOT_FOUND', 'no user of the site any more');
  });

  it('add to the role on the site, and take nothing from it', async () => {
    const { at, ada } = await furnished();
    await grant(ada, 'viewer');
    const [own, other] = [await note(at.inner), await note(at.c)];
    assert.equal((await ada.client.files.getFileDescriptor(other))._id, other);
    assert.equal((await ada.client.folders.getFolder('media-root'))._id, 'media-root');
    assert.equal((await refusal(() => ada.client.files.bulkDeleteFiles([other]))).rule, 'RESOURCE_NOT_FOUND');
    await ada.client.files.bulkDeleteFiles([own]);
    await server.admin('users', 'revoke', ada.email, '--site', site.siteId);
    await pause(600);
    assert.deepEqual((await manage(ada.token, 'GET', '/sessions')).body.user.sites, [], 'those on folders go too');
  });

  it('are given and shown by owners and the command line', async () => {
    const { at, ada } = await furnished();
    const folderRoles = [{ folderId: at.a, role: 'viewer' }, { folderId: at.inner, folderName: 'inner', role: 'editor' }];
    folderRoles[0].folderName = (await folders.getFolder(at.a)).displayName;
    const { user: { sites } } = (await manage(ada.token, 'GET', '/sessions')).body;
    const sorted = (list) => [...list].sort((x, y) => x.role.localeCompare(y.role));
    assert.deepEqual(sites.map(({ folders: list, ...rest }) => ({ ...rest, folders: sorted(list) })),
      [{ siteId: site.siteId, siteName: 'Own', folders: sorted(folderRoles) }]);
    const { users } = (await manage(owner.token, 'GET', '/users')).body;
    const listed = users.find(({ userId }) => userId === ada.userId);
    assert.deepEqual([listed.role, sorted(listed.folders)], [undefined, sorted(folderRoles)]);
    const row = (await server.admin('users', 'list', '--site', site.siteId)).find(({ userId }) => userId === ada.userId);
    assert.deepEqual(row.roles.sort(), [`${site.siteId}/${at.a}:viewer`, `${site.siteId}/${at.inner}:editor`].sort());

    const put = (folderId, role, by = owner.token) => manage(by, 'PUT', `/users/${ada.userId}/folders/${folderId}`, { role });
    assert.equal((await put(at.c, 'editor', site.apiKey)).status, 200, 'a role on a folder is less than one on the site, so a key for media may give it');
    assert.equal((await put('0'.repeat(32), 'viewer')).code, 'FOLDER_NOT_FOUND');
    const field = async (reply) => (await reply).body.details.validationError.fieldViolations[0].field;
    assert.equal(await field(put(at.c, 'owner')), 'role');
    assert.equal(await field(put('trash-root', 'viewer')), 'folderId');
    assert.equal((await put(at.c, 'viewer', ada.token)).code, 'PERMISSION_DENIED');
    assert.equal((await manage(owner.token, 'POST', '/users', { email: ada.email, role: 'viewer', folderId: at.c })).code, 'USER_EXISTS');
    const other = await newSite(server);
    const theirs = (await other.client.folders.createFolder('theirs')).folder._id;
    assert.equal((await put(theirs, 'viewer')).code, 'FOLDER_NOT_FOUND');
    const made = await manage(owner.token, 'POST', '/users', { email: 'new@example.org', role: 'contributor', folderId: at.c });
    assert.equal(typeof made.body.password, 'string');

    await grant(ada, 'viewer', at.c);
    await assert.rejects(() => grant(ada, 'owner', at.c), /nobody owns a folder/);
    await server.admin('users', 'revoke', ada.email, '--site', site.siteId, '--folder', at.c);
    await assert.rejects(() => server.admin('users', 'revoke', ada.email, '--site', site.siteId, '--folder', at.c), /there is no user/);
  });
});
