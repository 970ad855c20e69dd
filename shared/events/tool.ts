import type { DeployTool } from '../model/state.ts';

/**
 * Most telling first: the CDK and SAM deploy through CloudFormation, but say so when they call by themselves. Terraform's agent
 * is `APN/1.0 HashiCorp/1.0 Terraform/1.x (+https://www.terraform.io) terraform-provider-aws/5.x`, Pulumi's `APN/1.0 Pulumi/1.0 PulumiAws/6.x`.
 */
const AGENTS: readonly (readonly [DeployTool, RegExp])[] = [
  ['CDK', /\baws-cdk\b|\bcdk-(?:hotswap|toolkit)\b/i],
  ['SAM', /\baws-sam-cli\b|\bsamcli\b/i],
  ['Pulumi', /\bpulumi\b/i],
  ['Terraform', /\bterraform\b|\bterraform-provider-aws\b|\bopentofu\b/i],
  ['Serverless Framework', /\bserverless(?:-framework|\/\d)/i],
];
/** The role that the CDK's bootstrap gives CloudFormation, and the one its CLI deploys with (https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html). */
const CDK_ROLE = /:role\/(?:[^:]+\/)?cdk-[a-z0-9]{1,10}-(?:cfn-exec|deploy)-role-/;
const CLOUDFORMATION = 'cloudformation.amazonaws.com';

/** The deploy tool that made a call, as far as the record tells. CloudFormation puts its own name in one of three places. */
export function deployTool(caller: {
  readonly userAgent: string;
  readonly invokedBy: string | null;
  readonly sourceIp: string | null;
  /** The role's, not the session's. */
  readonly principalArn: string;
}): DeployTool | null {
  const found = AGENTS.find(([, pattern]) => pattern.test(caller.userAgent));
  if (found) return found[0];
  if (CDK_ROLE.test(caller.principalArn)) return 'CDK';
  const named = [caller.userAgent, caller.invokedBy, caller.sourceIp].some((value) => value?.includes(CLOUDFORMATION));
  return named ? 'CloudFormation' : null;
}
