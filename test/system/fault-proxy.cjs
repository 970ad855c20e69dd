// Preloaded into Cinch's functions by fault-proxy.ts (NODE_OPTIONS): sends every HTTP request by way of the proxy, with who makes it, in which
// process, and for which message.
const http = require('node:http');

const port = Number(process.env.CINCH_FAULT_PORT);
const who = process.env.AWS_LAMBDA_FUNCTION_NAME;
const MAX_ABOUT = 6000;
let about = '';

// The emulator hands each invocation over as a line.
const emit = process.stdin.emit;
process.stdin.emit = function watched(event, ...args) {
  if (event === 'data') about = Buffer.from(String(args[0]).slice(0, MAX_ABOUT)).toString('base64');
  return emit.call(this, event, ...args);
};

const request = http.request;
http.request = (options, ...rest) => {
  if (typeof options !== 'object' || options === null || options instanceof URL || !options.port)
    return request(options, ...rest);
  const to = `${options.hostname ?? options.host}:${options.port}`;
  const given = Object.entries(options.headers ?? {}).filter(([, value]) => value !== undefined && value !== null);
  // The signature covers the host that was meant.
  const named = { host: to, ...Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), value])) };
  const headers = { ...named, ...tellsOf(to) };
  return request({ ...options, host: '127.0.0.1', hostname: '127.0.0.1', port, headers }, ...rest);
};

// What Slack's client calls with.
const fetched = globalThis.fetch;
globalThis.fetch = (input, init = {}) => {
  const url = new URL(input);
  if (url.protocol !== 'http:') return fetched(input, init);
  const headers = new Headers(init.headers);
  for (const [name, value] of Object.entries(tellsOf(url.host))) headers.set(name, value);
  return fetched(`http://127.0.0.1:${port}${url.pathname}${url.search}`, { ...init, headers });
};

const tellsOf = (to) => ({ 'x-fault-to': to, 'x-fault-who': who, 'x-fault-pid': String(process.pid), 'x-fault-about': about });
