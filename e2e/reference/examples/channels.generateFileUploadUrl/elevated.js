import { communicationChannelsMedia } from '@wix/comm-channels-media';
import { auth } from '@wix/essentials';

async function myGenerateFileUploadUrlMethod(options) {
  const elevatedGenerateFileUploadUrl = auth.elevate(communicationChannelsMedia.generateFileUploadUrl);
  const response = await elevatedGenerateFileUploadUrl(options);
}
