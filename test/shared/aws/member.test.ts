import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeMemberAccess } from '../../../shared/aws/member.ts';
import { AccessRefused, TryAgain } from '../../../shared/model/errors.ts';
import { makeClock, makeConfig, TEST_NOW } from '../../support/world.ts';

let server: Server;
let answers: [status: number, body: string][];
let asked: URLSearchParams[];
const former = { ...process.env };

beforeEach(async () => {
  answers = [];
  asked = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => {
      body += part.toString();
    });
    request.on('end', () => {
      asked.push(new URLSearchParams(body));
      const [status, text] = answers.shift() ?? [200, session];
      response.writeHead(status, { 'content-type': 'text/xml' }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'AKID',
    AWS_SECRET_ACCESS_KEY: 'secret',
  });
});
afterEach(async () => {
  process.env = { ...former };
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const session = `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
<SessionToken>t</SessionToken><Expiration>2026-11-22T13:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
const failure = (code: string): string =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>m</Message></Error></ErrorResponse>`;

const access = () =>
  makeMemberAccess({
    clock: makeClock(TEST_NOW),
    random: () => 0,
    region: 'eu-central-1',
    config: { read: async () => makeConfig() },
    session: 'cinch-test',
  });

describe('a role of a member account', () => {
  it('is assumed once for all regions, with the external id', async () => {
    const members = access();
    for (const region of ['eu-central-1', 'us-east-1']) await members.clients('222222222222', region, 'read').credentials();
    expect(asked).toHaveLength(1);
    expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({
      RoleArn: 'arn:aws:iam::222222222222:role/cinch-read',
      ExternalId: 'cinch-external-id-1',
      RoleSessionName: 'cinch-test',
    });
  });

  it('that is refused is AccessRefused, and is asked for again the next time', async () => {
    const clients = access().clients('222222222222', 'eu-central-1', 'write');
    answers = [[403, failure('AccessDenied')]];
    await expect(clients.credentials()).rejects.toThrow(AccessRefused);
    expect(asked).toHaveLength(1);
    await expect(clients.credentials()).resolves.toMatchObject({ accessKeyId: 'ASIA' });
  });

  it('that is throttled is tried three times, then left to the queue', async () => {
    const clients = access().clients('222222222222', 'eu-central-1', 'read');
    answers = Array.from({ length: 3 }, () => [400, failure('Throttling')]);
    await expect(clients.credentials()).rejects.toThrow(TryAgain);
    expect(asked).toHaveLength(3);
  });
});
