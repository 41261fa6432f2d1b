curl -X POST \
  'https://www.wixapis.com/communication-channels-media/v1/upload-url' \
  -H 'Authorization: '
