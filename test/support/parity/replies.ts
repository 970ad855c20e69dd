import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { makeHubClient } from '../../../shared/aws/hub-client.ts';
import type { MemberAccess, MemberClients } from '../../../shared/aws/member.ts';
import { makeReader } from '../../../shared/aws/reader.ts';
import type { Clock, LedgerFacts } from '../../../shared/flows/ports.ts';
import { type Resource, resourceFromArn } from '../../../shared/model/resource.ts';
import type { ApiFacts, FunctionFacts, RoleFacts, UserFacts } from '../../../shared/model/state.ts';
import { ec2Replies } from './ec2-replies.ts';
import { gatewayReplies } from './gateway-replies.ts';
import { iamOfFunction, iamOfRole, iamOfUser } from './iam-replies.ts';
import { codeOfRole, lambdaOfRole, lambdaReplies } from './lambda-replies.ts';
import { type Answering, type Asked, jsonError } from './reply.ts';
import { sourceReplies } from './source-replies.ts';

/** AWS as it would answer if a resource had given facts: the readers ask it over HTTP, with the clients that they use in production. */
export interface LiveAws {
  /** Reads a resource with the real readers. Undefined when they take it for gone. */
  read(facts: object, resource: Resource, needs: readonly string[]): Promise<object | undefined>;
  /** Questions that nobody had an answer to. */
  readonly unanswered: readonly string[];
  stop(): Promise<void>;
}

/** @param now ISO: the readers' clock stands still. */
export async function startLiveAws(now: string): Promise<LiveAws> {
  let current: Readonly<Record<string, Answering>> = {};
  const unanswered: string[] = [];
  const server = createServer(async (request, response) => {
    const asked = await askedBy(request);
    const reply = current[asked.service]?.(asked) ?? jsonError('NobodyAnswers', 400);
    if (reply.body.includes('NobodyAnswers')) unanswered.push(`${asked.service} ${asked.operation} ${asked.path.join('/')}`);
    response.writeHead(reply.status, reply.headers).end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.AWS_ENDPOINT_URL = endpoint;
  const clock: Clock = { now: () => new Date(now), sleep: async () => {} };
  const members = membersAt(endpoint, clock);
  return {
    unanswered,
    read: async (facts, resource, needs) => {
      current = repliesFor(facts, resource);
      // What a reader keeps between two readings belongs to one account, not to the next example.
      const reader = makeReader({ members, clock, random: () => 0 });
      return reader.readState(resource, needs, ledgerOf(facts, resource));
    },
    stop: async () => {
      delete process.env.AWS_ENDPOINT_URL;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The kind says which facts there are. */
function repliesFor(facts: object, resource: Resource): Readonly<Record<string, Answering>> {
  const { kind, ...rest } = resource;
  switch (kind) {
    case 'function':
      return {
        ...sourceReplies(facts as Partial<FunctionFacts>),
        lambda: lambdaReplies(facts as Partial<FunctionFacts>, { ...rest, kind }),
        iam: iamOfFunction(facts as Partial<FunctionFacts>),
        ec2: ec2Replies(facts as Partial<FunctionFacts>),
      };
    case 'role':
      return {
        iam: iamOfRole(facts as Partial<RoleFacts>, { ...rest, kind }),
        lambda: lambdaOfRole(facts as Partial<RoleFacts>, resource.arn),
        // A link to code is signed in its query, and names no service.
        '': codeOfRole(facts as Partial<RoleFacts>),
      };
    case 'user':
      return { iam: iamOfUser(facts as Partial<UserFacts>, { ...rest, kind }) };
    case 'api':
      return { apigateway: gatewayReplies(facts as Partial<ApiFacts>, { ...rest, kind }) };
  }
}

/** What Cinch itself remembers: no reply of AWS tells it. */
function ledgerOf(facts: object, resource: Resource): LedgerFacts {
  const { createdAt = null, managedBy = null, roleArn = null, roleSharers, versionUses } = facts as Partial<FunctionFacts>;
  const aliases = versionUses && { points: versionUses.aliases, since: versionUses.since };
  const { usedBy, codeCalls } = facts as Partial<RoleFacts>;
  const users = roleSharers ?? usedBy ?? codeCalls?.map(({ functionArn }) => functionArn) ?? [];
  return {
    note: { resource, roleArn, createdAt, managedBy, ...(aliases ? { aliases } : {}) },
    functionsOfRole: async () =>
      users.flatMap((arn) => {
        const found = resourceFromArn(arn);
        return found?.kind === 'function' ? [{ ...found, kind: 'function' as const }] : [];
      }),
  };
}

function membersAt(endpoint: string, clock: Clock): MemberAccess {
  const credentials = async () => ({ accessKeyId: 'AKIAEXAMPLEEXAMPLE01', secretAccessKey: 'example' });
  const kept = new Map<string, MemberClients>();
  return {
    clients: (_account, region) => {
      const settings = { endpoint, region, credentials, maxAttempts: 1 };
      const clients = kept.get(region) ?? {
        lambda: new LambdaClient(settings),
        iam: new IAMClient(settings),
        cloudwatch: new CloudWatchClient(settings),
        light: makeHubClient({ clock, random: () => 0, region, credentials }),
        credentials,
        roleName: 'cinch-read',
      };
      kept.set(region, clients);
      return clients;
    },
  };
}

async function askedBy(request: IncomingMessage): Promise<Asked> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body = Buffer.concat(parts).toString('utf8');
  const url = new URL(request.url ?? '/', 'http://aws');
  // Credential=<key>/<day>/<region>/<service>/aws4_request
  const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const isForm = request.headers['content-type']?.includes('x-www-form-urlencoded');
  const input = isForm ? Object.fromEntries(new URLSearchParams(body)) : ((body ? JSON.parse(body) : {}) as Asked['input']);
  const target = String(request.headers['x-amz-target'] ?? '');
  const path = url.pathname.split('/').filter((part) => part !== '');
  return {
    service,
    path: path.map(decodeURIComponent),
    query: url.searchParams,
    operation: isForm ? String(input.Action) : target.slice(target.indexOf('.') + 1),
    input,
  };
}
