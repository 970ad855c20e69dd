import type { Evidence, RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts, SourceBucket } from '../../model/state.ts';
import type { Home } from '../../policy/caller-reach.ts';
import { byHand } from '../parts/by-hand.ts';
import { exposedStatements, exposureEvidence } from '../parts/exposed-statements.ts';
import { examplePolicy, sourceNames } from '../parts/sources.ts';

type Seen = Pick<FunctionFacts, 'buckets'>;

/** Whoever may change the policy or the ACLs may write, too. */
const WRITES = [
  's3:PutObject',
  's3:DeleteObject',
  's3:PutObjectAcl',
  's3:PutBucketPolicy',
  's3:PutBucketAcl',
  's3:ReplicateObject',
];
/** AWS's own services deliver logs into buckets under these names; their content is AWS's. */
const DELIVERS =
  /^(delivery\.logs|logging\.s3|logs\.[a-z0-9-]+|cloudtrail|config|logdelivery\.elasticloadbalancing|billingreports)\.amazonaws\.com$/;

function openingsOf(bucket: SourceBucket, home: Home): Evidence[] {
  const exposed = exposedStatements(bucket.document, home, WRITES)
    // RestrictPublicBuckets takes the effect of public statements, also for named accounts of others beside them.
    .filter(() => !bucket.blocksPublicPolicy || !hasPublic(bucket, home))
    .filter(({ statement }) => !isDelivery(statement.principals));
  return [
    ...exposed.map((one) => exposureEvidence(`policy of bucket ${bucket.name}`, one)),
    ...(bucket.publicWriteAcl && !bucket.ignoresPublicAcls
      ? [{ path: `bucket ${bucket.name}: ACL`, found: 'everybody may write', expected: 'private' }]
      : []),
  ];
}

const hasPublic = (bucket: SourceBucket, home: Home): boolean =>
  exposedStatements(bucket.document, home, ['s3:*']).some(({ exposure }) => exposure === 'public');

const isDelivery = (principals: readonly { readonly type: string; readonly values: readonly string[] }[]): boolean =>
  principals.every(({ type, values }) => type === 'Service' && values.every((value) => DELIVERS.test(value)));

function evaluate({ buckets }: Seen, { resource, settings }: RuleContext<'function'>): Violation | undefined {
  const home = { account: resource.account, ...settings };
  const open = buckets
    .map((bucket) => ({ name: bucket.name, evidence: openingsOf(bucket, home) }))
    .filter(({ evidence }) => evidence.length > 0);
  const [first] = open;
  if (first === undefined) return undefined;
  return {
    summary: `strangers may write to its ${sourceNames(
      'bucket',
      open.map(({ name }) => name),
    )}, and each object invokes it`,
    evidence: open.flatMap(({ evidence }) => evidence),
    remedy: byHand(
      'Who uploads on purpose is nowhere else written.',
      `Limit the statement to your accounts, or block public access: aws s3api put-public-access-block --bucket ${first.name} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true.`,
    ),
    advice: ['For uploads from browsers sign single requests (presigned URLs) instead.'],
  };
}

const bucket = (statements: readonly object[], more: Partial<SourceBucket> = {}): SourceBucket => ({
  name: 'uploads',
  document: statements.length === 0 ? null : examplePolicy(...statements),
  blocksPublicPolicy: false,
  ignoresPublicAcls: false,
  publicWriteAcl: false,
  ...more,
});
const PUT = { Effect: 'Allow', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::uploads/*' };

export default defineRule({
  id: 'event-source-bucket-writable',
  title: "Strangers can't write to a bucket that invokes a function",
  severity: 'high',
  resource: 'function',
  checklist: ['fsbp-S3.3', 'fsbp-S3.6', 'fsbp-S3.8', 'cis-2.1.4', 'cis5-2.1.4', 'wa-SEC03-BP07'],
  needs: ['buckets'],
  evaluate,
  examples: {
    passes: [
      { name: 'no policy', state: { buckets: [bucket([])] } },
      { name: 'everybody may read only', state: { buckets: [bucket([{ ...PUT, Action: 's3:GetObject' }])] } },
      { name: 'a public statement that is blocked', state: { buckets: [bucket([PUT], { blocksPublicPolicy: true })] } },
      {
        name: 'a public ACL that is ignored',
        state: { buckets: [bucket([], { publicWriteAcl: true, ignoresPublicAcls: true })] },
      },
      {
        name: 'a distribution of its account',
        state: {
          buckets: [
            bucket([
              {
                ...PUT,
                Principal: { Service: 'cloudfront.amazonaws.com' },
                Condition: { StringEquals: { 'AWS:SourceArn': 'arn:aws:cloudfront::222222222222:distribution/E1' } },
              },
            ]),
          ],
        },
      },
      { name: 'log delivery', state: { buckets: [bucket([{ ...PUT, Principal: { Service: 'delivery.logs.amazonaws.com' } }])] } },
    ],
    violates: [
      { name: 'everybody may write', state: { buckets: [bucket([PUT])] } },
      {
        name: 'another account may write',
        state: { buckets: [bucket([{ ...PUT, Principal: { AWS: '333333333333' } }], { blocksPublicPolicy: true })] },
      },
      { name: 'an ACL for everybody', state: { buckets: [bucket([], { publicWriteAcl: true })] } },
      {
        name: 'every action, in one of two',
        state: { buckets: [bucket([], { name: 'fine' }), bucket([{ ...PUT, Action: 's3:*' }])] },
      },
    ],
  },
});
