import { BUS_NAME, CANARY_SOURCE, EVENT_SOURCE } from '../names.ts';

/** Whom the hub's bus admits. The hub stack deploys it, and doctor compares with it. */

export interface Admission {
  readonly partition: string;
  readonly hub: { readonly account: string; readonly region: string; readonly organizationId?: string | undefined };
  readonly accounts: readonly string[];
}

export const hubBusArn = ({ partition, hub }: Omit<Admission, 'accounts'>): string =>
  `arn:${partition}:events:${hub.region}:${hub.account}:event-bus/${BUS_NAME}`;

export function hubBusPolicy(admission: Admission) {
  const { hub } = admission;
  const bus = hubBusArn(admission);
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'MembersForwardWhatAwsSends',
        Effect: 'Allow',
        ...admitted(admission),
        Action: 'events:PutEvents',
        Resource: bus,
        Condition: {
          // A list of sources in the request: each of them must be AWS's own, or the canary's (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-example-policy-cross-account-custom-bus-source.html).
          'ForAllValues:StringLike': { 'events:source': ['aws.*', CANARY_SOURCE] },
          ...(hub.organizationId ? { StringEquals: { 'aws:PrincipalOrgID': hub.organizationId } } : {}),
        },
      },
      {
        Sid: 'NobodyElseSpeaksForCinch',
        Effect: 'Deny',
        Principal: '*',
        Action: 'events:PutEvents',
        Resource: bus,
        Condition: {
          'ForAnyValue:StringEquals': { 'events:source': EVENT_SOURCE },
          StringNotEquals: { 'aws:PrincipalAccount': hub.account },
        },
      },
    ],
  };
}

function admitted({ partition, hub, accounts }: Admission): { Principal: unknown } {
  if (hub.organizationId) return { Principal: '*' };
  return { Principal: { AWS: accounts.map((account) => `arn:${partition}:iam::${account}:root`) } };
}
