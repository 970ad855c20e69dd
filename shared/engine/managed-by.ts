import type { DeployTool, ManagedBy } from '../model/state.ts';

/** The tool that owns a function, from the tags that tools leave; null when they tell of none. */
export function managedByTags(tags: Readonly<Record<string, string>>): ManagedBy | null {
  const stack = tags['aws:cloudformation:stack-name'] ?? null;
  if (tags['lambda:createdBy'] === 'SAM') return { tool: 'SAM', stack };
  if (stack === null) return null;
  return { tool: frameworkOf(tags), stack };
}

/** Several tools deploy through CloudFormation, whose tag alone would point people to the wrong source. */
function frameworkOf(tags: Readonly<Record<string, string>>): DeployTool {
  const names = Object.keys(tags);
  if (names.some((name) => name.startsWith('aws-cdk:') || name === 'aws:cdk:path')) return 'CDK';
  // The Serverless Framework tags every function with its stage.
  return tags.STAGE === undefined ? 'CloudFormation' : 'Serverless Framework';
}

/** Tags and the user agent of the last change together: the agent knows the framework, the tags the stack. */
export function joinManagedBy(byTags: ManagedBy | null, noted: ManagedBy | null): ManagedBy | null {
  if (!byTags) return noted;
  const isFramework = noted !== null && byTags.tool === 'CloudFormation' && noted.tool !== 'Terraform' && noted.tool !== 'Pulumi';
  return isFramework ? { tool: noted.tool, stack: byTags.stack } : byTags;
}
