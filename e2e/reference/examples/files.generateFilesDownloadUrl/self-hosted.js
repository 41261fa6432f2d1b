import { createClient } from '@wix/sdk';
import { files } from '@wix/media';

// Import the auth strategy for the relevant access type
// Import the relevant host module if needed
const myWixClient = createClient ({
  modules: { files },
  // Include the auth strategy and host as relevant
});

async function generateFilesDownloadUrl(fileIds) {
  const response = await myWixClient.files.generateFilesDownloadUrl(fileIds);
};
