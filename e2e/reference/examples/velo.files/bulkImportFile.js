import { files } from "wix-media.v2";

/* Sample importFileRequests value:
 * [
 *   {
 *     displayName: 'image1',
 *     mediaType: 'IMAGE',
 *     mimeType: 'image/jpeg',
 *     parentFolderId: 'igje5u22nij3qkltzsnol37j3dnthvvh',
 *     url: 'https://www.site1.com/example.jpg'
 *   },
 *   {
 *     displayName: 'vectorArt1',
 *     mediaType: 'VECTOR',
 *     labels : ['label1', 'label2'],
 *     url: 'https://cdn.vectorstock.com/example-vector-art.webp'
 *   },
 *   {
 *     displayName: 'video1',
 *     mediaType: 'VIDEO',
 *     url: 'https://cdn.pixabay.com/example-video.mp4'
 *   }
 * ]
 */

async function mybulkImportFileFunction(importFileRequests) {
  try {
    const importedFiles = await files.bulkImportFile(importFileRequests);
    console.log("Imported files:", importedFiles);
    return importedFiles;
  } catch (error) {
    console.error(error);
    // Handle the error
  }
}

/* Promise resolves to:
 * {
 *   "bulkActionMetadata": {
 *     "totalFailures": 0,
 *     "totalSuccesses": 3,
 *     "undetailedFailures": 0
 *   },
 *   "results": [
 *     {
 *       "item": {
 *         "_createdDate": "2023-12-26T10:22:31.000Z",
 *         "_id": "a8a52b_f8c86723942347488316f1ab35119411~mv2.jpg",
 *         "_updatedDate": "2023-12-26T10:22:31.000Z",
 *         "addedBy": {
 *           "identityId": "a8a52bb9-bac0-4bba-a55c-0611b5cdaa16",
 *           "identityType": "MEMBER"
 *         },
 *         "displayName": "image1.jpg",
 *         "hash": "",
 *         "internalTags": [],
 *         "labels": [],
 *         "mediaType": "IMAGE",
 *         "operationStatus": "PENDING",
 *         "parentFolderId": "igje5u22nij3qkltzsnol37j3dnthvvh",
 *         "private": false,
 *         "siteId": "49dcb500-1081-47b0-b13b-368b9bed8fa9",
 *         "sizeInBytes": "-1",
 *         "sourceUrl": "https://www.site1.com/example.jpg",
 *         "state": "OK",
 *         "thumbnailUrl": "https://static.wixstatic.com/media/a8a52b_f8c86723942347488316f1ab35119411~mv2.jpg",
 *         "url": "https://static.wixstatic.com/media/a8a52b_f8c86723942347488316f1ab35119411~mv2.jpg"
 *       },
 *       "itemMetadata": {
 *         "_id": "a8a52b_f8c86723942347488316f1ab35119411~mv2.jpg",
 *         "originalIndex": 0,
 *         "success": true
 *       }
 *     },
 *     {
 *       "item": {
 *         "_createdDate": "2023-12-26T10:22:32.000Z",
 *         "_id": "a8a52b_43eb6841371f4d738ddfcb7fa2bb62be-tmp.svg",
 *         "_updatedDate": "2023-12-26T10:22:32.000Z",
 *         "addedBy": {
 *           "identityId": "a8a52bb9-bac0-4bba-a55c-0611b5cdaa16",
 *           "identityType": "MEMBER"
 *         },
 *         "displayName": "vectorArt1.webp.svg",
 *         "hash": "",
 *         "internalTags": [],
 *         "labels": ["label1", "label2"],
 *         "mediaType": "VECTOR",
 *         "operationStatus": "PENDING",
 *         "parentFolderId": "media-root",
 *         "private": false,
 *         "siteId": "49dcb500-1081-47b0-b13b-368b9bed8fa9",
 *         "sizeInBytes": "-1",
 *         "sourceUrl": "https://cdn.vectorstock.com/example-vector-art.webp",
 *         "state": "OK",
 *         "thumbnailUrl": "https://static.wixstatic.com/shapes/a8a52b_43eb6841371f4d738ddfcb7fa2bb62be-tmp.svg",
 *         "url": "https://static.wixstatic.com/shapes/a8a52b_43eb6841371f4d738ddfcb7fa2bb62be-tmp.svg"
 *       },
 *       "itemMetadata": {
 *         "_id": "a8a52b_43eb6841371f4d738ddfcb7fa2bb62be-tmp.svg",
 *         "originalIndex": 1,
 *         "success": true
 *       }
 *     },
 *     {
 *       "item": {
 *         "_createdDate": "2023-12-26T10:22:32.000Z",
 *         "_id": "a8a52b_fec67a695b474a729e3a31010afbb0af",
 *         "_updatedDate": "2023-12-26T10:22:32.000Z",
 *         "addedBy": {
 *           "identityId": "a8a52bb9-bac0-4bba-a55c-0611b5cdaa16",
 *           "identityType": "MEMBER"
 *         },
 *         "displayName": "video1.mp4",
 *         "hash": "",
 *         "internalTags": [],
 *         "labels": [],
 *         "mediaType": "VIDEO",
 *         "operationStatus": "PENDING",
 *         "parentFolderId": "media-root",
 *         "private": false,
 *         "siteId": "49dcb500-1081-47b0-b13b-368b9bed8fa9",
 *         "sizeInBytes": "-1",
 *         "sourceUrl": "https://cdn.pixabay.com/example-video.mp4",
 *         "state": "OK",
 *         "thumbnailUrl": "https://static.wixstatic.com/media/54ece48fa04e492fa46bd79980105f0d.png",
 *         "url": "https://video.wixstatic.com/video/a8a52b_fec67a695b474a729e3a31010afbb0af/file"
 *       },
 *       "itemMetadata": {
 *         "_id": "a8a52b_fec67a695b474a729e3a31010afbb0af",
 *         "originalIndex": 2,
 *         "success": true
 *       }
 *     }
 *   ]
 * }
 */
