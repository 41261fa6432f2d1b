import { communicationChannelsMedia } from '@wix/comm-channels-media';

async function generateFileUploadUrl(options) {
  const response = await communicationChannelsMedia.generateFileUploadUrl(options);
};
