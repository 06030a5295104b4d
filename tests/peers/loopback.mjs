// What the servers of this folder share: a port of 127.0.0.1, JSON in and out, and an end when the tests end.

/** Listens on a free port of 127.0.0.1 and says `ready URL`, which the starter waits for. */
export function listen(server, onUrl = () => {}) {
  server.listen(0, '127.0.0.1', () => {
    const url = `http://127.0.0.1:${server.address().port}`;
    onUrl(url);
    console.log(`ready ${url}`);
  });
  process.stdin.resume().on('end', () => process.exit(0)); // the starter is gone, whatever became of it
}

export async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function readJson(request) {
  const body = await readBody(request);
  return body.length ? JSON.parse(body) : undefined;
}

export function sendJson(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body === undefined ? '' : JSON.stringify(body));
}
