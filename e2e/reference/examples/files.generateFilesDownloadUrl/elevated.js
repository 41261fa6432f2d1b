import { files } from '@wix/media';
import { auth } from '@wix/essentials';

/* Sample fileIds value:
 * [
 *   'd4dde1_dee18c9ada174a818ccf75c50e72c739~mv2.jpg',
 *   'd4dde1_84a62b7aeb874f73a7b736cad663d6f2.pdf',
 *   'd4dde1_e26da94b5cb440649ede0c433425449c~mv2.jpg'
 * ]
 */

const elevatedGenerateFilesDownloadUrl = auth.elevate(files.generateFilesDownloadUrl);

async function myGenerateFilesDownloadUrlFunction(fileIds) {
  try {
    const generatedUrl = await elevatedGenerateFilesDownloadUrl(fileIds);
    const url = generatedUrl.downloadUrl;
    return url;
  } catch (error) {
    console.error(error);
    // Handle the error
  }
}

/* Promise resolves to:
 * {
 *   "downloadUrl": "https://archive.wixmp.com/archive/wix/38f69e35c283495187e85be0c8c06caf"
 * }
 */
