curl -X POST \
  'https://www.wixapis.com/communication-channels-media/v1/download-url' \
  -H 'Authorization: '
