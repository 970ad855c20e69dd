import {
  AcceptHandshakeCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  InviteAccountToOrganizationCommand,
  ListParentsCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
  RemoveAccountFromOrganizationCommand,
} from '@aws-sdk/client-organizations';
import type { Cloud } from '../../../local/cloud/start.ts';

/** An organization as its management account works with it. */
export interface Organization {
  readonly client: OrganizationsClient;
  readonly management: string;
  readonly id: string;
  readonly root: string;
  /** Answers the unit's id. */
  makeUnit(name: string, parent?: string): Promise<string>;
  /** Answers the account's id. Without a unit it stays in the root. */
  makeAccount(name: string, unit?: string): Promise<string>;
  /** An account that exists already joins. */
  join(account: string, unit?: string): Promise<void>;
  move(account: string, to: string): Promise<void>;
  remove(account: string): Promise<void>;
}

export const organizationsOf = (cloud: Pick<Cloud, 'endpoint' | 'credentials'>, account: string): OrganizationsClient =>
  new OrganizationsClient({ endpoint: cloud.endpoint, region: 'us-east-1', credentials: cloud.credentials(account) });

export async function makeOrganization(
  cloud: Pick<Cloud, 'endpoint' | 'credentials'>,
  management: string,
): Promise<Organization> {
  const client = organizationsOf(cloud, management);
  const made = await client.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  const { Roots } = await client.send(new ListRootsCommand({}));
  const root = Roots?.[0]?.Id ?? '';
  const move = async (AccountId: string, DestinationParentId: string): Promise<void> => {
    const { Parents } = await client.send(new ListParentsCommand({ ChildId: AccountId }));
    const SourceParentId = Parents?.[0]?.Id ?? '';
    await client.send(new MoveAccountCommand({ AccountId, SourceParentId, DestinationParentId }));
  };
  return {
    client,
    management,
    id: made.Organization?.Id ?? '',
    root,
    makeUnit: async (Name, ParentId = root) => {
      const { OrganizationalUnit } = await client.send(new CreateOrganizationalUnitCommand({ Name, ParentId }));
      return OrganizationalUnit?.Id ?? '';
    },
    makeAccount: async (AccountName, unit) => {
      const asked = await client.send(new CreateAccountCommand({ AccountName, Email: `${AccountName}@example.com` }));
      const account = asked.CreateAccountStatus?.AccountId ?? '';
      if (unit) await move(account, unit);
      return account;
    },
    join: async (account, unit) => {
      const invited = await client.send(new InviteAccountToOrganizationCommand({ Target: { Id: account, Type: 'ACCOUNT' } }));
      await organizationsOf(cloud, account).send(new AcceptHandshakeCommand({ HandshakeId: invited.Handshake?.Id ?? '' }));
      if (unit) await move(account, unit);
    },
    move,
    remove: async (AccountId) => {
      await client.send(new RemoveAccountFromOrganizationCommand({ AccountId }));
    },
  };
}
