import { files } from "wix-media.v2";

/* Sample fileIds value:
 * [
 *   'd4dde1_dee18c9ada174a818ccf75c50e72c739~mv2.jpg',
 *   'd4dde1_32288e20a5aa4213a52b15426fb27c9f~mv2.png',
 *   'd4dde1_8dd2bfe6121f43b29ebeaa63988abf54.svg'
 * ]
 */

async function myBulkRestoreFilesFromTrashBinFunction(fileIds) {
  try {
    const restoredFiles = await files.bulkRestoreFilesFromTrashBin(fileIds);
    console.log("Restored Files:", restoredFiles);
    return restoredFiles;
  } catch (error) {
    console.error(error);
  }
}

/* Promise resolves to void */
