import { randomBytes } from 'node:crypto';
import { MEMBER, type System } from '../system.ts';
import {
  type Developer,
  invoke,
  makeFunction,
  makeRole,
  openToEverybody,
  openUrl,
  putBehindHttpApi,
  signIn,
} from './workloads.ts';

const NODE_BILLING = `
const { createHash } = require('node:crypto');
// Answers a fingerprint of what it was configured with, never the password.
exports.handler = async () => ({
  connectsAs: process.env.DB_USER,
  passwordFingerprint: createHash('sha256').update(process.env.DB_PASSWORD).digest('hex').slice(0, 12),
});`;

const policyOf = (...statements: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });

/** What `npm start` shows: one sample for each rule, made by Dana with ordinary AWS calls. */
export async function makeSamples(system: System, log: (line: string) => void): Promise<Developer> {
  const dana = await signIn(system);
  log('orders-api: a timeout of 900 s behind an HTTP API');
  await makeFunction(dana, { name: 'orders-api', timeout: 900 });
  await putBehindHttpApi(dana, 'orders-api');
  log('billing: a database password in the environment');
  await makeFunction(dana, {
    name: 'billing',
    node: NODE_BILLING,
    environment: { DB_USER: 'billing', DB_PASSWORD: randomBytes(18).toString('base64url'), LOG_LEVEL: 'info' },
  });
  log('report-export: anybody may invoke it');
  await makeFunction(dana, { name: 'report-export' });
  await openToEverybody(dana, 'report-export');
  log('image-resizer: a function URL without authentication');
  await makeFunction(dana, { name: 'image-resizer' });
  await openUrl(dana, 'image-resizer');
  log('data-sync: a role that may do everything');
  const wide = policyOf(
    { Sid: 'Everything', Effect: 'Allow', Action: '*', Resource: '*' },
    {
      Sid: 'Logs',
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: `arn:aws:logs:*:${MEMBER.account}:*`,
    },
  );
  await makeFunction(dana, { name: 'data-sync', role: await makeRole(dana, 'data-sync-role', wide) });
  log('thumbnails and invoices: one role for both');
  const shared = await makeRole(dana, 'team-shared-role');
  await makeFunction(dana, { name: 'thumbnails', role: shared });
  await makeFunction(dana, { name: 'invoices', role: shared });
  return dana;
}

/** Keeps the billing function in use, so that Cinch can see whether it still answers. Ends with the returned function. */
export function keepInvoking(developer: Developer, everyMs = 5000): () => void {
  const timer = setInterval(() => {
    // A failed invocation is the function's own affair: its error metric is what Cinch looks at.
    invoke(developer, 'billing').catch(() => undefined);
  }, everyMs);
  return () => clearInterval(timer);
}
