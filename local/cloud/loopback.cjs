'use strict';
// A preload (NODE_OPTIONS=--require): names below `.localhost` are this machine, as RFC 6761 says and not every resolver knows.
// The CDK's asset client needs it, because it puts the bucket's name before the endpoint's host.
const dns = require('node:dns');

const lookup = dns.lookup;

dns.lookup = function lookupLoopback(hostname, options, callback) {
  if (typeof hostname !== 'string' || !hostname.endsWith('.localhost')) return lookup.call(dns, hostname, options, callback);
  const done = typeof options === 'function' ? options : callback;
  const all = typeof options === 'object' && options !== null && options.all === true;
  process.nextTick(() => (all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)));
  return undefined;
};
