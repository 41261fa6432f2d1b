import { files } from "wix-media.v2";

/* Sample url value: 'https://example.org/filename.jpg' */

async function myImportFileFunction(url) {
  try {
    const importedFile = await files.importFile(url);
    console.log("Imported file successfully:", importedFile);
    return importedFile;
  } catch (error) {
    console.error(error);
    // Handle the error
  }
}

/* Promise resolves to:
 * {
 *   "file": {
 *     "_createdDate": "2023-07-23T09:19:05.000Z",
 *     "_id": "w8ide0_leac4pwk8o11v8725j9ugcbe70x3alc0~mv2.jpg",
 *     "_updatedDate": "2023-07-23T09:19:05.000Z",
 *     "displayName": "image1.jpg",
 *     "hash": "",
 *     "internalTags": [],
 *     "labels": [],
 *     "mediaType": "IMAGE",
 *     "operationStatus": "PENDING",
 *     "parentFolderId": "media-root",
 *     "private": false,
 *     "sizeInBytes": "20167",
 *     "siteId": "3ecba886-4267-11ee-be56-0242ac120002",
 *     "sourceUrl": "https://example.org/filename.jpg",
 *     "state": "OK",
 *     "thumbnailUrl": "https://static.wixstatic.com/media/w8ide0_leac4pwk8o11v8725j9ugcbe70x3alc0~mv2.jpg",
 *     "url": "https://static.wixstatic.com/media/w8ide0_leac4pwk8o11v8725j9ugcbe70x3alc0~mv2.jpg"
 *   }
 * }
 */
