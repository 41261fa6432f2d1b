// ipx on plain node http, with its pictures in a folder; one process for each core.
import cluster from 'node:cluster';
import http from 'node:http';
import { createIPX, createIPXNodeServer, ipxFSStorage } from 'ipx';

const [folder, port, processes] = process.argv.slice(2);
if (cluster.isPrimary && Number(processes) > 1) {
  for (let started = 0; started < Number(processes); started++) cluster.fork();
} else {
  http.createServer(createIPXNodeServer(createIPX({ storage: ipxFSStorage({ dir: folder }) }))).listen(Number(port), '127.0.0.1');
}
