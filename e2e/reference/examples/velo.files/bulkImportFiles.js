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
 *     mediaType: 'VIDEO'
 *     url: 'https://cdn.pixabay.com/example-video.mp4',
 *   }
 * ]
 */

async function myBulkImportFilesFunction(importFileRequests) {
  try {
    const importedFiles = await files.bulkImportFiles(importFileRequests);
    console.log("Imported files:", importedFiles);
    return importedFiles;
  } catch (error) {
    console.error(error);
    // Handle the error
  }
}

/* Promise resolves to:
 * {
 *   "files": [
 *     {
 *       "_createdDate": "2023-07-23T12:15:49.000Z",
 *       "_id": "w8ide0_h8bpmhc3j3qhgncce0et1nnkghsfozl2~mv2.jpg",
 *       "_updatedDate": "2023-07-23T12:15:49.000Z",
 *       "displayName": "image1.jpg",
 *       "hash": "",
 *       "internalTags": [],
 *       "labels": [],
 *       "mediaType": "IMAGE",
 *       "operationStatus": "PENDING",
 *       "parentFolderId": "igje5u22nij3qkltzsnol37j3dnthvvh",
 *       "private": false,
 *       "siteId": "3ecba886-4267-11ee-be56-0242ac120002",
 *       "sizeInBytes": "-1",
 *       "sourceUrl": "https://www.site1.com/example.jpg",
 *       "state": "OK",
 *       "thumbnailUrl": "https://static.wixstatic.com/media/w8ide0_h8bpmhc3j3qhgncce0et1nnkghsfozl2~mv2.jpg",
 *       "url": "https://static.wixstatic.com/media/w8ide0_h8bpmhc3j3qhgncce0et1nnkghsfozl2~mv2.jpg"
 *     },
 *     {
 *       "_createdDate": "2023-07-23T12:15:50.000Z",
 *       "_id": "w8ide0_e9xsr959r1ze5aavswj2978r6jt05bwl-tmp.svg",
 *       "_updatedDate": "2023-07-23T12:15:50.000Z",
 *       "displayName": "vectorArt1.webp.svg",
 *       "hash": "",
 *       "internalTags": [],
 *       "labels": [
 *         "label1",
 *         "label2"
 *       ],
 *       "mediaType": "VECTOR",
 *       "operationStatus": "PENDING",
 *       "parentFolderId": "media-root",
 *       "private": false,
 *       "siteId": "3ecba886-4267-11ee-be56-0242ac120002",
 *       "sizeInBytes": "20532",
 *       "sourceUrl": "https://cdn.vectorstock.com/example-vector-art.webp",
 *       "state": "OK",
 *       "thumbnailUrl": "https://static.wixstatic.com/shapes/w8ide0_e9xsr959r1ze5aavswj2978r6jt05bwl-tmp.svg",
 *       "url": "https://static.wixstatic.com/shapes/w8ide0_e9xsr959r1ze5aavswj2978r6jt05bwl-tmp.svg"
 *     },
 *     {
 *       "_createdDate": "2023-07-23T12:15:50.000Z",
 *       "_id": "w8ide0_f6e8f09e5055432286db483917ba923e",
 *       "_updatedDate": "2023-07-23T12:15:50.000Z",
 *       "displayName": "video1.mp4",
 *       "hash": "",
 *       "internalTags": [],
 *       "labels": [],
 *       "mediaType": "VIDEO",
 *       "operationStatus": "PENDING",
 *       "parentFolderId": "media-root",
 *       "private": false,
 *       "siteId": "3ecba886-4267-11ee-be56-0242ac120002",
 *       "sizeInBytes": "-1",
 *       "sourceUrl": "https://cdn.pixabay.com/example-video.mp4",
 *       "state": "OK",
 *       "thumbnailUrl": "https://static.wixstatic.com/media/yibv80byru0wei9ficri8fd8o1rghueu.png",
 *       "url": "https://video.wixstatic.com/video/w8ide0_f6e8f09e5055432286db483917ba923e/file"
 *     }
 *   ]
 * }
 */
