// @tus/server on plain node http, with its files in a folder.
import http from 'node:http';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';

const [folder, port] = process.argv.slice(2);
const tus = new Server({ path: '/files', datastore: new FileStore({ directory: folder }) });
http.createServer((request, response) => tus.handle(request, response)).listen(Number(port), '127.0.0.1');
