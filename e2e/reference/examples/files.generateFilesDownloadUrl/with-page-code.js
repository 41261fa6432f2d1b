/***********************************************
 * Backend code - download-files-url.web.js/ts
 * **********************************************/

import { Permissions, webMethod } from '@wix/web-methods';
import { files } from '@wix/media';
import { auth } from '@wix/essentials';

export const generateDownloadUrl = webMethod(Permissions.Anyone, async (fileIds) => {
  try {
    const elevatedGenerateFilesDownloadUrl = auth.elevate(files.generateFilesDownloadUrl)
    const generatedUrl = await elevatedGenerateFilesDownloadUrl(fileIds);
    return generatedUrl.downloadUrl;
  } catch (error) {
    console.error(error);
  }
});

export const listImages = webMethod(Permissions.Anyone, async () => {
  const listOptions = { mediaTypes: ["IMAGE"] }
  try {
    const elevatedListFiles = auth.elevate(files.listFiles)
    const images = await elevatedListFiles(listOptions);
    return images.files;
  } catch (error) {
    console.error(error);
  }
});

/*************
 * Page code
 * ************/

import { listImages, generateDownloadUrl } from 'backend/download-files-url.web';

$w.onReady(() => {
  $w('#downloadFiles').disable();
  getDownloadUrl();
});

async function getDownloadUrl() {
  const images = await listImages();
  const imageIds = images.map((image) => {
    return image._id;
  });
  const downloadUrl = await generateDownloadUrl(imageIds);
  $w('#downloadFiles').link = downloadUrl;
  await $w('#downloadFiles').enable();
}
