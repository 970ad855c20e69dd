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
import type { MemberAccess, MemberClients } from '../member.ts';
import type { Retrying } from '../retry.ts';
import { keepSeen, type SeenRoles } from './role-users.ts';

/** One reading of one function: calls that several facts need are made once. */
export interface FunctionReads extends Retrying {
  readonly resource: Resource<'function'>;
  readonly clients: MemberClients;
  readonly members: MemberAccess;
  readonly seenRoles: SeenRoles;
  readonly ledger: LedgerFacts;
  readonly config: () => Promise<FunctionConfiguration>;
  readonly tags: () => Promise<Readonly<Record<string, string>>>;
  readonly aliases: () => Promise<AliasConfiguration[]>;
}

export interface ReaderDeps extends Retrying {
  readonly members: MemberAccess;
  readonly seenRoles: SeenRoles;
}

export function makeFunctionReads(deps: ReaderDeps, resource: Resource<'function'>, ledger: LedgerFacts): FunctionReads {
  const clients = deps.members.clients(resource.account, resource.region, 'read');
  return {
    clock: deps.clock,
    random: deps.random,
    members: deps.members,
    seenRoles: deps.seenRoles,
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
