import { communicationChannelsMedia } from '@wix/comm-channels-media';

async function generateFileDownloadUrl(fileId,options) {
  const response = await communicationChannelsMedia.generateFileDownloadUrl(fileId,options);
};
