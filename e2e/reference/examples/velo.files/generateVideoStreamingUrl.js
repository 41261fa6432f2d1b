import { files } from "wix-media.v2";

/* Sample ID value: 'd4dde1_6ce66a7e99db49f5964ef9f3ef97eefc'
 *
 *   Sample options value:
 *   {
 *     format: 'HLS'
 *   }
 */

async function myGenerateVideoStreamingUrlFunction(fileId, options) {
  try {
    const streamingUrl = await files.generateVideoStreamingUrl(fileId, options);
    return streamingUrl;
  } catch (error) {
    console.error(error);
    // Handle the error
  }
}

/* Promise resolves to:
 * {
 *   "downloadUrl": {
 *     "assetKey": "HLS",
 *     "url": "https://repackager.wixmp.com/video.wixstatic.com/video/d4dde1_6ce66a7e99db49f5964ef9f3ef97eefc/,720p,360p,1080p,480p,/mp4/file.mp4.urlset/master.m3u8"
 *   }
 * }
 */
