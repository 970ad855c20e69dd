import { BUS_NAME, CANARY_SOURCE, EVENT_SOURCE } from '../names.ts';

/** Whom the hub's bus admits. The hub stack deploys it, and doctor compares with it. */

export interface HubPlace {
  readonly partition: string;
  readonly hub: { readonly account: string; readonly region: string };
}

export interface Admission extends HubPlace {
  /** Whoever is admitted must be in it, besides. */
  readonly organizationId: string | undefined;
  /** Members by name; undefined when any account of the organization is one. */
  readonly accounts: readonly string[] | undefined;
  /** Organizational units, or the root, whose accounts are admitted beside those by name. */
  readonly units: readonly string[];
  readonly excludedAccounts: readonly string[];
}

export const hubBusArn = ({ partition, hub }: HubPlace): string =>
  `arn:${partition}:events:${hub.region}:${hub.account}:event-bus/${BUS_NAME}`;

export function hubBusPolicy(admission: Admission) {
  const bus = hubBusArn(admission);
  return {
    Version: '2012-10-17',
    Statement: [
      ...admitted(admission).map(({ Sid, Principal, Condition }) => ({
        Sid,
        Effect: 'Allow',
        Principal,
        Action: 'events:PutEvents',
        Resource: bus,
        // A list of sources in the request: each of them must be AWS's own, or the canary's (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-example-policy-cross-account-custom-bus-source.html).
        Condition: { 'ForAllValues:StringLike': { 'events:source': ['aws.*', CANARY_SOURCE] }, ...Condition },
      })),
      {
        Sid: 'NobodyElseSpeaksForCinch',
        Effect: 'Deny',
        Principal: '*',
        Action: 'events:PutEvents',
        Resource: bus,
        Condition: {
          'ForAnyValue:StringEquals': { 'events:source': EVENT_SOURCE },
          StringNotEquals: { 'aws:PrincipalAccount': admission.hub.account },
        },
      },
    ],
  };
}

interface Admitted {
  readonly Sid: string;
  readonly Principal: unknown;
  readonly Condition: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;
}

/** Who may put events: accounts by their names, and those that are in the organization, or in its units, at that moment. */
function admitted(admission: Admission): Admitted[] {
  const { partition, organizationId, accounts, units } = admission;
  const ofOrganization = organizationId ? { StringEquals: { 'aws:PrincipalOrgID': organizationId } } : {};
  const named = { AWS: (accounts ?? []).map((account) => `arn:${partition}:iam::${account}:root`) };
  if (units.length > 0)
    return [
      { Sid: 'UnitsForwardWhatAwsSends', Principal: '*', Condition: { ...ofOrganization, ...inUnits(admission) } },
      { Sid: 'MembersForwardWhatAwsSends', Principal: named, Condition: {} },
    ];
  return [{ Sid: 'MembersForwardWhatAwsSends', Principal: accounts ? named : '*', Condition: ofOrganization }];
}

/**
 * In one of the units or below it, and not left out. A path is `o-id/r-id/ou-id/ou-id/`, and a unit's id is unique
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths).
 */
function inUnits({ units, excludedAccounts, organizationId = '' }: Admission): Admitted['Condition'] {
  const paths = units.map((unit) => (unit.startsWith('r-') ? `${organizationId}/${unit}/*` : `${organizationId}/*/${unit}/*`));
  return {
    'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': paths },
    ...(excludedAccounts.length > 0 ? { StringNotEquals: { 'aws:PrincipalAccount': [...excludedAccounts] } } : {}),
  };
}
