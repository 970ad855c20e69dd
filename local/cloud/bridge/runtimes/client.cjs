// A runtime for Node: runs the emulator's worker (its argument) in this process and brings it its lines from the Runtime API.
const fs = require('node:fs');
const http = require('node:http');
const { PassThrough } = require('node:stream');

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const base = '/2018-06-01/runtime/';
const input = new PassThrough();
let invocation;

function call(method, path, body = '', headers = {}) {
  return new Promise((resolve, reject) => {
    const length = method === 'POST' ? { 'Content-Length': Buffer.byteLength(body) } : {};
    const request = http.request({ host, port, method, path, agent, headers: { ...headers, ...length } }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ headers: response.headers, text: Buffer.concat(chunks).toString('utf8') }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function take() {
  const { headers, text } = await call('GET', `${base}invocation/next`);
  invocation = headers['lambda-runtime-aws-request-id'];
  input.write(`{"event":${text},"ctx":${headers['cinch-worker-context']}}\n`);
}

async function give(answer) {
  if (answer.status === 'ok') {
    const body = answer.result === undefined ? 'null' : JSON.stringify(answer.result);
    await call('POST', `${base}invocation/${invocation}/response`, body);
  } else if (answer.status === 'error') {
    const body = JSON.stringify({ errorMessage: answer.error, errorType: 'Error', stackTrace: [answer.trace ?? ''] });
    const path = invocation === undefined ? 'init/error' : `invocation/${invocation}/error`;
    await call('POST', base + path, body, { 'Lambda-Runtime-Function-Error-Type': 'Unhandled' });
  }
  await take();
}

const fail = () => process.exit(1);
process.stdout.write = (line) => {
  give(JSON.parse(line)).catch(fail);
  return true;
};
const init = fs.readFileSync(0, 'utf8');
Object.defineProperty(process, 'stdin', { value: input });
input.write(init);
require(process.argv[2]);
