// Preloaded into Cinch's functions by bench/loop.ts (NODE_OPTIONS): appends a line for each HTTP request that the function makes.
const { appendFileSync } = require('node:fs');
const http = require('node:http');

const file = process.env.CINCH_BENCH_CALLS;
const who = process.env.AWS_LAMBDA_FUNCTION_NAME;

/** `GetItem`, `AssumeRole`, `GET /2015-03-31/functions/x/configuration`: never a body, which may hold anything. */
function nameOf(options, body) {
  const headers = Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  const target = Object.fromEntries(headers)['x-amz-target'];
  if (target) return String(target).replace(/^.*\./, '');
  return /(?:^|&)Action=(\w+)/.exec(body)?.[1] ?? `${options.method} ${options.path}`;
}

const request = http.request;
http.request = (options, ...rest) => {
  const sent = request(options, ...rest);
  const start = Date.now();
  let body = '';
  for (const method of ['write', 'end']) {
    const original = sent[method].bind(sent);
    sent[method] = (chunk, ...others) => {
      if (body === '' && (typeof chunk === 'string' || chunk instanceof Uint8Array))
        body = Buffer.from(chunk).toString('latin1').slice(0, 300);
      return original(chunk, ...others);
    };
  }
  sent.once('response', (response) =>
    response.once('end', () => {
      const line = { who, what: nameOf(options, body), start, end: Date.now(), status: response.statusCode };
      appendFileSync(file, `${JSON.stringify(line)}\n`);
    }),
  );
  return sent;
};
