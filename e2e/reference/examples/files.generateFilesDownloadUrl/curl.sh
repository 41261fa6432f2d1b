curl -X POST \
  'https://www.wixapis.com/site-media/v1/files/generate-download-url' \
  -H 'Authorization: ' -H 'Content-Type: application/json' \
  --data-binary '{ "fileIds": ["4acbb8_7596aeebcf5c41eca01c0d99667ac967.mp3", "3vcbb7_7446aeebcf5c41eca01c0d99665bc866.mp3"] }'
