import type { DeployTool } from '../model/state.ts';

/** Most telling first: the CDK and SAM deploy through CloudFormation, but say so when they call by themselves. */
const AGENTS: readonly (readonly [DeployTool, RegExp])[] = [
  ['CDK', /\baws-cdk\b|\bcdk-(?:hotswap|toolkit)\b/i],
  ['SAM', /\baws-sam-cli\b|\bsamcli\b/i],
  ['Pulumi', /\bpulumi\b/i],
  ['Terraform', /\bterraform\b|\bterraform-provider-aws\b|\bopentofu\b/i],
  ['Serverless Framework', /\bserverless(?:-framework|\/\d)/i],
];
const CLOUDFORMATION = 'cloudformation.amazonaws.com';

/** The deploy tool that made a call, as far as the record tells. CloudFormation puts its own name in one of three places. */
export function deployTool(caller: {
  readonly userAgent: string;
  readonly invokedBy: string | null;
  readonly sourceIp: string | null;
}): DeployTool | null {
  const found = AGENTS.find(([, pattern]) => pattern.test(caller.userAgent));
  if (found) return found[0];
  const named = [caller.userAgent, caller.invokedBy, caller.sourceIp].some((value) => value?.includes(CLOUDFORMATION));
  return named ? 'CloudFormation' : null;
}
