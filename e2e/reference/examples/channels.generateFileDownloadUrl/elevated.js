import { communicationChannelsMedia } from '@wix/comm-channels-media';
import { auth } from '@wix/essentials';

async function myGenerateFileDownloadUrlMethod(fileId,options) {
  const elevatedGenerateFileDownloadUrl = auth.elevate(communicationChannelsMedia.generateFileDownloadUrl);
  const response = await elevatedGenerateFileDownloadUrl(fileId,options);
}
