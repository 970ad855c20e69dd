import { TagRoleCommand } from '@aws-sdk/client-iam';
import type { Canary } from '../flows/doctor/check-account.ts';
import type { Clock } from '../flows/ports.ts';
import { TryAgain } from '../model/errors.ts';
import { IAM_REGION } from '../model/resource.ts';
import { CANARY_DETAIL_TYPE, CANARY_SOURCE, CANARY_TAG, ROLE_NAMES } from '../names.ts';
import type { MemberAccess } from './member.ts';

/** Acts as cinch-canary, which may do these two things and nothing else. @throws AccessRefused, AwsError, TryAgain */
export function makeCanary({ members, clock }: { readonly members: MemberAccess; readonly clock: Clock }): Canary {
  const clients = (account: string, region: string) => members.clients(account, region, 'canary');
  return {
    applyEvent: async (account, region) => {
      const Entries = [{ Source: CANARY_SOURCE, DetailType: CANARY_DETAIL_TYPE, Detail: '{}' }];
      const answer = await clients(account, region).light.call('events', 'PutEvents', { Entries });
      if (answer.FailedEntryCount) throw new TryAgain(`EventBridge of account ${account} in ${region} did not take the canary`);
    },
    applyTag: async (account) => {
      const Tags = [{ Key: CANARY_TAG, Value: clock.now().toISOString() }];
      await clients(account, IAM_REGION).iam.send(new TagRoleCommand({ RoleName: ROLE_NAMES.canary, Tags }));
    },
  };
}
