// OHIF as its package ships it, with the PACS behind the same origin.
// node viewer.mjs DIST PACS_URL
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { listen } from './loopback.mjs';

const dist = path.resolve(process.argv[2]);
const pacs = new URL(process.argv[3]);
const configuration = path.join(import.meta.dirname, 'viewer_config.js');
const types = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

function forward(request, response) {
  const upstream = http.request({
    host: pacs.hostname,
    port: pacs.port,
    method: request.method,
    // This Orthanc does not decode the commas of includefield.
    path: request.url.replace(/includefield=[^&]*/g, (field) => field.replace(/%2C/gi, ',')),
    headers: request.headers, // with our Host, so that Orthanc writes URLs of this origin
  });
  upstream.on('response', (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  upstream.on('error', () => {
    response.writeHead(502);
    response.end();
  });
  request.pipe(upstream);
}

function sendFile(pathname, response) {
  let file = pathname === '/app-config.js' ? configuration : path.join(dist, path.normalize(pathname));
  if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile()) file = path.join(dist, 'index.html');
  response.writeHead(200, {
    'content-type': types[path.extname(file)] ?? 'application/octet-stream',
    // OHIF decodes in workers over shared memory, which browsers allow to isolated pages only.
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  });
  fs.createReadStream(file).pipe(response);
}

listen(
  http.createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://viewer');
    if (pathname.startsWith('/dicom-web/') || pathname.startsWith('/wado')) return forward(request, response);
    return sendFile(decodeURIComponent(pathname), response);
  }),
);
