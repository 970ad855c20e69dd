import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { grantsAction } from '../../policy/grants.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import { byHand } from '../parts/by-hand.ts';
import { listed } from '../parts/words.ts';

const NEEDS = ['fileSystems', 'rolePolicies'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

/** Writing and root need a grant each (https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html). */
const WRITES = ['elasticfilesystem:ClientWrite', 'elasticfilesystem:ClientRootAccess'] as const;

/** A file system outlives every invocation: what one writes there, code too, is there for all that mount it. */
function evaluate({ fileSystems, rolePolicies }: Seen, { resource }: RuleContext<'function'>): Violation | undefined {
  if (fileSystems.length === 0) return undefined;
  const granted = WRITES.filter((action) => grantsAction(rolePolicies, action));
  if (granted.length === 0) return undefined;
  return {
    summary: `it may write to the file ${fileSystems.length === 1 ? 'system' : 'systems'} mounted at ${listed(fileSystems.map(({ mountPath }) => mountPath))}`,
    evidence: fileSystems.map(({ mountPath, accessPointArn }) => ({
      path: `FileSystemConfigs: ${mountPath}`,
      found: `${accessPointArn}, with ${granted.join(', ')} granted to its role`,
      expected: 'elasticfilesystem:ClientMount alone',
    })),
    remedy: byHand(
      'Writing there may be what the function is for.',
      `If ${resource.name} only reads, take ${listed(granted)} out of its role's policies; else exempt it with a reason.`,
    ),
  };
}

const MOUNT = {
  accessPointArn: 'arn:aws:elasticfilesystem:eu-central-1:222222222222:access-point/fsap-0a1b2c3d',
  mountPath: '/mnt/models',
};
const role = (...statements: object[]) => [
  {
    name: 'orders-api',
    document: parsePolicyDocument(
      { Statement: statements.map((one) => ({ Effect: 'Allow', Resource: '*', ...one })) },
      'example',
    ),
  },
];
const READ = { Action: 'elasticfilesystem:ClientMount' };
const WRITE = { Action: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'] };

export default defineRule({
  id: 'lambda-file-system-writable',
  title: 'A function only reads the file systems that it mounts',
  severity: 'medium',
  resource: 'function',
  checklist: ['wp-3', 'wa-SEC03-BP02'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'no file system', state: { fileSystems: [], rolePolicies: role(WRITE) } },
      { name: 'read only', state: { fileSystems: [MOUNT], rolePolicies: role(READ) } },
      {
        name: 'a Deny that takes it back',
        state: {
          fileSystems: [MOUNT],
          rolePolicies: role(WRITE, { Effect: 'Deny', Action: 'elasticfilesystem:Client*' }),
        },
      },
    ],
    violates: [
      { name: 'writable', state: { fileSystems: [MOUNT], rolePolicies: role(WRITE) } },
      {
        name: 'two of them, as root, by a wildcard',
        state: {
          fileSystems: [MOUNT, { ...MOUNT, mountPath: '/mnt/cache' }],
          rolePolicies: role({ Action: 'elasticfilesystem:*' }),
        },
      },
    ],
  },
});
