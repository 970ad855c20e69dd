import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, BootstraplessSynthesizer, CfnStackSet, type IStackSynthesizer, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { hasUnits, regionsOf } from '../shared/config/members.ts';
import type { Organization } from '../shared/config/organization-schema.ts';
import type { Config } from '../shared/config/schema.ts';
import { IAM_REGION } from '../shared/model/resource.ts';
import { CUSTOMER_MANAGED } from '../shared/model/secret-key.ts';
import { STEP_FAMILIES } from '../shared/model/step.ts';
import { MemberStack, type MemberStackProps, parameterOf } from './member-stack.ts';

export interface OrgStackProps extends StackProps {
  readonly config: Config;
  readonly organization: Organization;
  /** What every member is told, wherever it is. */
  readonly member: Pick<MemberStackProps, 'hubAccount' | 'hubBusArn' | 'externalId' | 'secretKey' | 'catalogue'>;
}

/** What a StackSet may be given inline (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html). */
export const MAX_INLINE_BYTES = 51_200;

interface Part {
  readonly id: string;
  readonly name: string;
  readonly regions: readonly string[];
  /** Whose stacks must be there first. */
  readonly after?: CfnStackSet;
}

/**
 * The member stack in every account of the organization's units. Two StackSets of one template: a rule's role must exist before the rule
 * (EventBridge asks for it), automatic deployments keep to no order of regions, but they do keep to an order of StackSets. So the first
 * deploys the home region with the roles, the second all others at once.
 */
export class OrgStack extends Stack {
  constructor(scope: Construct, id: string, props: OrgStackProps) {
    super(scope, id, {
      description: 'Cinch in the accounts of an organization, by StackSets',
      suppressTemplateIndentation: true,
      ...props,
    });
    const [home = IAM_REGION, ...others] = regionsOf(props.organization);
    const beside = [...new Set([...others, IAM_REGION])].filter((region) => region !== home);
    const first = this.stackSet(props, { id: 'Home', name: 'cinch-member-home', regions: [home] });
    if (beside.length > 0) this.stackSet(props, { id: 'Beside', name: 'cinch-member', regions: beside, after: first });
  }

  private stackSet({ config, organization, member }: OrgStackProps, { id, name, regions, after }: Part): CfnStackSet {
    const serviceManaged = hasUnits(config);
    const made = new CfnStackSet(this, id, {
      stackSetName: name,
      description: 'Cinch member: forwards changes to the hub and lets it read, fix and undo',
      templateBody: memberTemplate({
        ...member,
        homeRegion: regionsOf(organization)[0] ?? IAM_REGION,
        watch: watchOf(organization),
      }),
      parameters: parametersFor(organization, member),
      capabilities: ['CAPABILITY_NAMED_IAM'],
      managedExecution: { Active: true },
      operationPreferences: {
        failureTolerancePercentage: organization.failureTolerancePercent,
        maxConcurrentPercentage: organization.concurrentPercent,
        regionConcurrencyType: organization.parallelRegions ? 'PARALLEL' : 'SEQUENTIAL',
        regionOrder: [...regions],
      },
      stackInstancesGroup: [{ regions: [...regions], deploymentTargets: targetsOf(config, organization) }],
      ...(serviceManaged ? this.byTheService(organization, after) : this.byRoles(organization)),
    });
    // The service's dependency on the other one's ARN orders the two as well.
    if (after && !serviceManaged) made.addResourceDependency(after);
    return made;
  }

  private byTheService({ callAs, onLeaving, managementAccount }: Organization, after: CfnStackSet | undefined) {
    // They are the management account's, whoever made them.
    const arnOf = (stackSet: CfnStackSet): string =>
      `arn:${this.partition}:cloudformation:${this.region}:${managementAccount}:stackset/${stackSet.ref}`;
    return {
      permissionModel: 'SERVICE_MANAGED',
      callAs: callAs === 'self' ? 'SELF' : 'DELEGATED_ADMIN',
      autoDeployment: {
        enabled: true,
        retainStacksOnAccountRemoval: onLeaving === 'retain',
        ...(after ? { dependsOn: [arnOf(after)] } : {}),
      },
    };
  }

  private byRoles({ administrationRole, executionRole }: Organization) {
    return {
      permissionModel: 'SELF_MANAGED',
      administrationRoleArn: `arn:${this.partition}:iam::${this.account}:role/${administrationRole}`,
      executionRoleName: executionRole,
    };
  }
}

/** `DIFFERENCE`: the units without these accounts. */
function targetsOf(config: Config, { units, accounts, excludedAccounts }: Organization): CfnStackSet.DeploymentTargetsProperty {
  const left = accounts.filter((account) => !excludedAccounts.includes(account));
  if (!hasUnits(config)) return { accounts: left };
  const excluded = excludedAccounts.length > 0 ? { accountFilterType: 'DIFFERENCE', accounts: [...excludedAccounts] } : {};
  return { organizationalUnitIds: [...units], ...excluded };
}

const watchOf = ({ regions }: Organization): MemberStackProps['watch'] => (regions.includes(IAM_REGION) ? 'all' : 'elsewhere');

function parametersFor(organization: Organization, member: OrgStackProps['member']): CfnStackSet.ParameterProperty[] {
  const values: Readonly<Record<string, string>> = {
    HubAccount: member.hubAccount,
    HubBusArn: member.hubBusArn,
    HomeRegion: regionsOf(organization)[0] ?? IAM_REGION,
    ExternalId: member.externalId,
    Watch: watchOf(organization),
    ParameterKey: member.secretKey === CUSTOMER_MANAGED ? organization.parameterKey : 'none',
    ...Object.fromEntries(
      STEP_FAMILIES.map((family) => [parameterOf(family), organization.withheld.includes(family) ? 'off' : 'on']),
    ),
  };
  return Object.entries(values).map(([parameterKey, parameterValue]) => ({ parameterKey, parameterValue }));
}

/** The member stack's template as one text, which knows neither account nor region. @throws Error when it is too long to be given inline. */
export function memberTemplate(props: MemberStackProps): string {
  const outdir = mkdtempSync(join(tmpdir(), 'cinch-member-'));
  try {
    const app = new App({ outdir, autoSynth: false, analyticsReporting: false, builtinCloudFormationValidation: false });
    const stack = new MemberStack(app, 'CinchMember', {
      ...props,
      synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer,
    });
    const text = JSON.stringify(app.synth().getStackArtifact(stack.artifactId).template);
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_INLINE_BYTES)
      throw new Error(`The member template has ${bytes} bytes; a StackSet takes ${MAX_INLINE_BYTES} inline.`);
    return text;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Where the StackSets are made: with the management account, its delegated administrator, or who administers by roles. */
export function orgStackPlace(
  { hub }: Config,
  { mode, callAs, managementAccount }: Organization,
): { account: string; region: string } {
  const own = mode === 'service-managed' && callAs === 'self' ? managementAccount : undefined;
  return { account: own ?? hub.account, region: hub.region };
}
