import {
  type AliasConfiguration,
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  ListAliasesCommand,
  ListTagsCommand,
} from '@aws-sdk/client-lambda';
import type { LedgerFacts } from '../../flows/ports.ts';
import type { Resource } from '../../model/resource.ts';
import { once } from '../concurrency.ts';
import type { Keep } from '../keep.ts';
import type { MemberAccess, MemberClients } from '../member.ts';
import type { CallDeps } from '../query-client.ts';
import type { Retrying } from '../retry.ts';
import type { AskedDomains } from './api-domains.ts';
import type { KeptDocuments } from './iam-policies.ts';
import type { KeptCode } from './role-code.ts';
import { keepSeen, type SeenRoles } from './role-users.ts';
import type { KeptServiceAccess } from './service-access.ts';

/** One reading of one function: calls that several facts need are made once. */
export interface FunctionReads extends ReaderDeps {
  readonly resource: Resource<'function'>;
  readonly clients: MemberClients;
  readonly ledger: LedgerFacts;
  readonly config: () => Promise<FunctionConfiguration>;
  readonly tags: () => Promise<Readonly<Record<string, string>>>;
  readonly aliases: () => Promise<AliasConfiguration[]>;
}

export interface ReaderDeps extends Retrying {
  readonly members: MemberAccess;
  readonly seenRoles: SeenRoles;
  readonly documents: KeptDocuments;
  readonly serviceAccess: KeptServiceAccess;
  readonly domains: AskedDomains;
  readonly code: KeptCode;
  readonly keep: Keep;
  /** How long a function counts as seen under its role, ms. */
  readonly keepSeenMs: number;
}

/** For the calls that no SDK client makes. */
export function callDepsOf({ clock, random, members }: ReaderDeps, account: string, region: string): CallDeps {
  return { clock, random, region, credentials: members.clients(account, region, 'read').credentials };
}

export function makeFunctionReads(deps: ReaderDeps, resource: Resource<'function'>, ledger: LedgerFacts): FunctionReads {
  const clients = deps.members.clients(resource.account, resource.region, 'read');
  return {
    ...deps,
    resource,
    clients,
    ledger,
    config: once(async () => {
      const config = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: resource.name }));
      if (config.Role) keepSeen(deps, resource.arn, config.Role);
      return config;
    }),
    tags: once(async () => (await clients.lambda.send(new ListTagsCommand({ Resource: resource.arn }))).Tags ?? {}),
    aliases: once(async () => {
      const found: AliasConfiguration[] = [];
      let marker: string | undefined;
      do {
        const page = await clients.lambda.send(new ListAliasesCommand({ FunctionName: resource.name, Marker: marker }));
        found.push(...(page.Aliases ?? []));
        marker = page.NextMarker || undefined;
      } while (marker);
      return found;
    }),
  };
}
