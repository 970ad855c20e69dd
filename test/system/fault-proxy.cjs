// Preloaded into Cinch's functions by fault-proxy.ts (NODE_OPTIONS): sends every HTTP request by way of the proxy, with who makes it, in which
// process, and for which message.
const http = require('node:http');

const port = Number(process.env.CINCH_FAULT_PORT);
const who = process.env.AWS_LAMBDA_FUNCTION_NAME;
const runtime = '/2018-06-01/runtime/';
let about = '';

const request = http.request;
http.request = (options, ...rest) => {
  if (typeof options !== 'object' || options instanceof URL) return request(options, ...rest);
  if (options.path?.startsWith(runtime)) return watched(request(options, ...rest), options);
  const to = `${options.hostname ?? options.host}:${options.port}`;
  const named = Object.fromEntries(Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  // The signature covers the host that was meant.
  const headers = {
    host: to,
    ...named,
    'x-fault-to': to,
    'x-fault-who': who,
    'x-fault-pid': process.pid,
    'x-fault-about': about,
  };
  return request({ ...options, host: '127.0.0.1', hostname: '127.0.0.1', port, headers }, ...rest);
};

/** The next message comes as the answer to this. */
function watched(sent, { path }) {
  if (!path.endsWith('/next')) return sent;
  sent.once('response', (response) => {
    let text = '';
    response.on('data', (chunk) => {
      text += chunk;
    });
    response.once('end', () => {
      about = Buffer.from(text.slice(0, 6000)).toString('base64');
    });
  });
  return sent;
}
