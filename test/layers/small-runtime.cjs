// A small runtime: asks for invocations and does what each says. Run under an exec wrapper by tmp-cleaner.test.ts.
const fs = require('node:fs');
const http = require('node:http');
const { spawn } = require('node:child_process');

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: process.env.SEVERAL ? 8 : 1 });
const root = process.env.TEST_ROOT;
const base = '/2018-06-01/runtime/invocation/';

function call(method, path, { headers = {}, body, pieces, trailers } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host, port, method, path, agent, headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }));
    });
    request.on('error', reject);
    if (!pieces) return request.end(body);
    const send = (index) => {
      if (index < pieces.length) {
        request.write(pieces[index]);
        setTimeout(send, 60, index + 1);
      } else {
        if (trailers) request.addTrailers(trailers);
        request.end();
      }
    };
    send(0);
  });
}

const list = () => fs.readdirSync(root, { recursive: true }).sort();

async function handle(id, headers, raw) {
  const event = raw.length < 4096 ? JSON.parse(raw) : { echo: true };
  const found = list();
  for (const path of event.write ?? []) {
    fs.mkdirSync(require('node:path').dirname(`${root}/${path}`), { recursive: true });
    fs.writeFileSync(`${root}/${path}`, 'of an invocation');
  }
  for (let n = 0; n < (event.fill ?? 0); n++) fs.writeFileSync(`${root}/f${n}`, 'of an invocation');
  if (event.later)
    spawn('sh', ['-c', `sleep ${event.later}; echo x > ${root}/later`], { stdio: 'ignore', detached: true }).unref();
  if (event.crash) process.exit(3);
  if (event.other) await call('POST', event.other, { body: '{}' });
  if (event.fail)
    return call('POST', `${base}${id}/error`, { headers: { 'Lambda-Runtime-Function-Error-Type': 'Oops' }, body: '{}' });
  if (event.stream)
    return call('POST', `${base}${id}/response`, {
      headers: {
        'Lambda-Runtime-Function-Response-Mode': 'streaming',
        'Transfer-Encoding': 'chunked',
        Trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
      },
      pieces: event.stream.map((size) => Buffer.alloc(size, 'x')),
      trailers: { 'Lambda-Runtime-Function-Error-Type': 'Midway', 'Lambda-Runtime-Function-Error-Body': 'e30=' },
    });
  const body = event.echo ? raw : JSON.stringify({ found, env: process.env, headers, pid: process.pid, argv: process.argv });
  return call('POST', `${base}${id}/response`, { body, headers: { 'Content-Length': Buffer.byteLength(body) } });
}

async function work() {
  for (;;) {
    const next = await call('GET', `${base}next`);
    if (next.status !== 200) continue;
    await handle(next.headers['lambda-runtime-aws-request-id'], next.headers, next.body);
  }
}

if (process.env.AT_INIT) fs.writeFileSync(`${root}/of-init`, 'x');
for (let n = 0; n < Number(process.env.SEVERAL ?? 1); n++) work();
