import { createClient } from '@wix/sdk';
import { communicationChannelsMedia } from '@wix/comm-channels-media';

// Import the auth strategy for the relevant access type
// Import the relevant host module if needed
const myWixClient = createClient ({
  modules: { communicationChannelsMedia },
  // Include the auth strategy and host as relevant
});

async function generateFileDownloadUrl(fileId,options) {
  const response = await myWixClient.communicationChannelsMedia.generateFileDownloadUrl(fileId,options);
};
