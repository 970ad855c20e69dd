import { Aws, CfnCondition, CfnParameter, Fn, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { PolicyOption } from '../shared/grants/member-roles.ts';
import { sharedKeyArn } from '../shared/model/secret-key.ts';
import { STEP_FAMILIES, type StepFamily } from '../shared/model/step.ts';
import { CATALOGUE, type Catalogue } from './catalogue.ts';
import { iamRegionCondition, makeForwardRules } from './constructs/forward-rules.ts';
import { makeParameterKey, parameterKeyFor } from './member-key.ts';
import { makeMemberRoles } from './member-roles.ts';

/**
 * What is watched beside the events of IAM: in `all` regions functions and what belongs to them; in `iam` nothing; `elsewhere`: nothing in
 * IAM's region, for a StackSet whose members run no functions there.
 */
export type Watch = 'all' | 'iam' | 'elsewhere';

export interface MemberStackProps extends StackProps {
  readonly hubAccount: string;
  readonly hubBusArn: string;
  readonly externalId: string;
  /** Where the roles are made. */
  readonly homeRegion: string;
  readonly watch: Watch;
  /** What moved secrets are encrypted under: `secrets.key` of the configuration. */
  readonly secretKey: string;
  /** This version's unless said. */
  readonly catalogue?: Catalogue;
}

const FAMILY_TEXT: Readonly<Record<StepFamily, string>> = {
  timeout: 'lower timeouts of functions',
  secrets: 'move secrets from environments to SSM; publishes a layer and writes inline policies named cinch-*',
  exposure: 'remove statements from the policies of functions and layers, require IAM on function URLs and narrow their CORS',
  roles: 'detach and narrow policies of roles, and give functions roles of their own; the widest grant of iam actions',
  runtime: 'change other settings of functions: concurrency, tracing, destinations, logs, VPC, runtime, variables',
  cleaner: 'put the /tmp cleaner beside functions; publishes a layer',
  sources: 'narrow the policies of queues, topics, streams and buses; visibility timeout and encryption of queues',
  api: 'change methods, routes, stages and domains of APIs',
};

/** A family's switch. */
export const parameterOf = (family: StepFamily): string => `${family[0]?.toUpperCase()}${family.slice(1)}`;

/**
 * What a member account holds: rules that forward its changes, and the roles that the hub assumes. One template for every account and
 * region, without assets, so that a StackSet can carry it: the parameters' defaults are what the configuration says of this one.
 */
export class MemberStack extends Stack {
  constructor(scope: Construct, id: string, props: MemberStackProps) {
    super(scope, id, {
      description: 'Cinch member: forwards changes to the hub and lets it read, fix and undo',
      // A template given inline to a StackSet has 51,200 bytes; blanks would take half of them.
      suppressTemplateIndentation: true,
      ...props,
    });
    const hubAccount = this.text(
      'HubAccount',
      props.hubAccount,
      'The account of the Cinch hub, whose stack must be there first',
      '\\d{12}',
    );
    const hubBusArn = this.text(
      'HubBusArn',
      props.hubBusArn,
      'Output HubBusArn of the hub stack',
      'arn:aws[a-z-]*:events:.+:event-bus/.+',
    );
    const homeRegion = this.text(
      'HomeRegion',
      props.homeRegion,
      'The one region in which the roles are made; IAM is global',
      '[a-z0-9-]+',
    );
    const externalId = new CfnParameter(this, 'ExternalId', {
      default: props.externalId,
      description: 'As in the hub’s configuration (hub.externalId)',
      noEcho: true,
      minLength: 16,
    }).valueAsString;
    const watch = new CfnParameter(this, 'Watch', {
      default: props.watch,
      allowedValues: ['all', 'iam', 'elsewhere'],
      description:
        'iam: only IAM’s events, which reach us-east-1 alone, for members without functions there. ' +
        'elsewhere: so in us-east-1, and all in every other region, for a StackSet',
    });
    const { steps, patterns } = props.catalogue ?? CATALOGUE;
    const parameterKey = new CfnParameter(this, 'ParameterKey', parameterKeyFor(props.secretKey));

    const isHome = new CfnCondition(this, 'IsHome', { expression: Fn.conditionEquals(Aws.REGION, homeRegion) });
    const isIamRegion = iamRegionCondition(this);
    const watchesFunctions = new CfnCondition(this, 'WatchesFunctions', {
      expression: Fn.conditionOr(
        Fn.conditionEquals(watch.valueAsString, 'all'),
        Fn.conditionAnd(Fn.conditionEquals(watch.valueAsString, 'elsewhere'), Fn.conditionNot(isIamRegion)),
      ),
    });
    Validations.of(this).acknowledge({
      id: 'CloudFormation-Validate::W2509',
      reason: 'The parameter Secrets is a switch, not a secret.',
    });
    makeForwardRules(this, hubBusArn, patterns, { isHome, isIamRegion, watchesFunctions });
    const told = { hubAccount, externalId, sharedKey: sharedKeyArn(props.secretKey, '*') };
    makeMemberRoles(this, told, steps, isHome, this.switches(), this.options());
    makeParameterKey(this, parameterKey, watchesFunctions);
  }

  private text(id: string, value: string, description: string, allowedPattern: string): string {
    return new CfnParameter(this, id, { default: value, description, allowedPattern }).valueAsString;
  }

  /** What is granted only where the account says so: code may hold secrets, and a layer that is deleted does not come back. */
  private options(): Record<PolicyOption, CfnCondition> {
    const make = (name: string, description: string): CfnCondition => {
      const parameter = new CfnParameter(this, name, { default: 'off', allowedValues: ['on', 'off'], description });
      return new CfnCondition(this, `${name}On`, { expression: Fn.conditionEquals(parameter.valueAsString, 'on') });
    };
    return {
      'read-code': make('ReadCode', 'Whether the hub may read the code of functions, for the rule iam-role-beyond-code'),
      'clean-layers': make('CleanLayers', 'Whether the hub may delete old versions of its own layers, for sweep.cleanLayers'),
    };
  }

  /** One switch a family: what is off is not granted at all. */
  private switches(): Record<StepFamily, CfnCondition> {
    const make = (family: StepFamily): CfnCondition => {
      const name = parameterOf(family);
      const parameter = new CfnParameter(this, name, {
        default: 'on',
        allowedValues: ['on', 'off'],
        description: `Whether the hub may ${FAMILY_TEXT[family]}`,
      });
      return new CfnCondition(this, `${name}On`, { expression: Fn.conditionEquals(parameter.valueAsString, 'on') });
    };
    return Object.fromEntries(STEP_FAMILIES.map((family) => [family, make(family)])) as Record<StepFamily, CfnCondition>;
  }
}
