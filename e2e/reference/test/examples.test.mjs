// Every example of the reference pages runs, and gives what its page promises; support/compare.mjs says how that is compared.
//
// Replaced in the examples, and nothing else:
//   ids         of sample files and folders, by those of the files and folders made here; those of the site and the member too
//   hosts       of the API and of links, by the server's addresses; of files to import, by a source on this machine
//   the client  where it says "Include the auth strategy and host as relevant", by one of our package
//   curl        the empty Authorization header, by one with a key
//   $w          the widgets of a page, by objects that remember what was done to them; and what the page imports from the backend,
//               by the backend part of the same example
//   modules     @wix/web-methods is loaded by its CommonJS files, as Node can't load its others
//   a comma     that the page forgot in the sample of bulkImportFiles
// The functions of an example are exported, so that they can be called.
import { after, before, describe, it } from 'node:test';
import { names } from '../support/example.mjs';
import { startStage } from '../support/stage.mjs';

/** What the server can't do yet: the code of an example's refusal, or the fields that differ. An entry that is no longer true fails. */
const NOT_YET = {};

/** Where a page doesn't follow its own example or other pages: the fields that differ for good. */
const PAGES_OWN = {
  'velo.files/bulkImportFiles.js': ['files[1].sizeInBytes'], // known before anything is fetched; bulkImportFile has -1
  'velo.files/getFileDescriptor.js': ['media.image.image'], // the only image without its size
  'velo.files/getFileDescriptors.js': ['files[0].media.archive.filename'], // the only name without its ending
  'velo.files/importFile.js': [
    'file.displayName', // image1.jpg, of filename.jpg
    'file.sizeInBytes', // the same
  ],
};

describe('the examples of the reference pages', async () => {
  let stage;
  before(async () => { stage = await startStage({ NOT_YET, PAGES_OWN }); });
  after(() => stage.stop());

  for (const name of await names()) {
    const { scenarios } = await import(`../scenarios/${name.split('/')[0]}.mjs`);
    const scenario = scenarios[name.split('/')[1]];
    it(name, async () => scenario(await stage.example(name)));
  }
});
