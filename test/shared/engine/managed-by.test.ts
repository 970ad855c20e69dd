import { expect, it } from 'vitest';
import { joinManagedBy, managedByTags } from '../../../shared/engine/managed-by.ts';
import type { ManagedBy } from '../../../shared/model/state.ts';

const STACK = { 'aws:cloudformation:stack-name': 's' };

it.each<[string, Record<string, string>, ManagedBy | null]>([
  ['no tags', {}, null],
  ["people's tags", { STAGE: 'prod', team: 'a' }, null],
  ['CloudFormation', STACK, { tool: 'CloudFormation', stack: 's' }],
  ['SAM', { ...STACK, 'lambda:createdBy': 'SAM' }, { tool: 'SAM', stack: 's' }],
  ['CDK', { ...STACK, 'aws-cdk:x': '1' }, { tool: 'CDK', stack: 's' }],
  ['Serverless Framework', { ...STACK, STAGE: 'dev' }, { tool: 'Serverless Framework', stack: 's' }],
])('the tags of %s', (_, tags, expected) => expect(managedByTags(tags)).toEqual(expected));

it('the user agent names the framework and the tags the stack', () => {
  const cfn: ManagedBy = { tool: 'CloudFormation', stack: 's' };
  expect(joinManagedBy(null, null)).toBeNull();
  expect(joinManagedBy(null, { tool: 'Terraform', stack: null })).toEqual({ tool: 'Terraform', stack: null });
  expect(joinManagedBy(cfn, { tool: 'CDK', stack: null })).toEqual({ tool: 'CDK', stack: 's' });
  expect(joinManagedBy(cfn, { tool: 'Terraform', stack: null })).toEqual(cfn);
  expect(joinManagedBy({ tool: 'SAM', stack: 's' }, { tool: 'CDK', stack: null })).toEqual({ tool: 'SAM', stack: 's' });
});
