import { files } from "wix-media.v2";

/* Sample fileIds value:
 * [
 *   'w8ide0_v12i2pi4549locqdfeb5yy5b8iyh39az.pdf',
 *   'w8ide0_ye3x8yyf5izwe01ovn682pa76bzrrcyt.pdf'
 * ]
 *
 *   Sample options value:
 *   {
 *     permanent: true
 *   }
 */

async function myBulkDeleteFilesFunction(fileIds, options) {
  try {
    await files.bulkDeleteFiles(fileIds, options);
    console.log("Permanently deleted files.");
    return;
  } catch (error) {
    console.error(error);
    // Handle the error
  }
}

/* Promise resolves to void */
