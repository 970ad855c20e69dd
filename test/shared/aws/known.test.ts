import { expect, it } from 'vitest';
import { AwsError } from '../../../shared/aws/aws-error.ts';
import { CONFIG_FACTS } from '../../../shared/aws/readers/function-config.ts';
import { known } from '../../../shared/aws/readers/known.ts';
import { AccessRefused, MalformedInput, TryAgain } from '../../../shared/model/errors.ts';

const sdkError = (name: string): Error => Object.assign(new Error('quoted hunter2'), { name });
const of = (error: Error) => known('cinch-read', 'tags of f', () => Promise.reject(error));

it.each<[string, Error, RegExp]>([
  ['a refusal by the SDK', sdkError('AccessDeniedException'), /^cinch-read may not read tags of f \(AccessDeniedException\)$/],
  ['a refusal by the light client', new AwsError('sqs:GetQueueAttributes', 'AccessDenied', 403), /may not read/],
  ["EC2's refusal", new AwsError('ec2:DescribeSubnets', 'UnauthorizedOperation', 403), /may not read/],
  ['a service that the region has not', new AwsError('kinesis:X', 'ENOTFOUND', 0), /no service to read tags of f/],
  ['a call that the region knows not', sdkError('UnknownOperationException'), /no service to read tags of f/],
  ['a policy that is none', new MalformedInput('policy', 'f', 'not JSON'), /policy: f: not JSON/],
])('%s makes the fact unknown', async (_, error, why) => {
  const fact = (await of(error)) as { unknown: string };
  expect(fact.unknown).toMatch(why);
  expect(fact.unknown).not.toContain('hunter2');
});

it.each([new AccessRefused('no role'), sdkError('InternalServerError'), new TypeError('a bug')])(
  '%s is thrown on',
  async (error) => {
    await expect(of(error)).rejects.toBe(error);
  },
);

it.each(['TooManyRequestsException', 'ThrottlingException', 'Throttling'])(
  '%s is left to the queue: unknown would end an approved plan for a busy moment',
  async (name) => {
    const error = await of(sdkError(name)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TryAgain);
    expect((error as Error).message).toMatch(/no capacity to read tags of f/);
    expect((error as Error).message).not.toContain('hunter2');
  },
);

it('an environment under a foreign key is unknown, not empty', () => {
  const hidden = { Environment: { Error: { ErrorCode: 'AccessDeniedException', Message: 'kms' } } };
  expect(CONFIG_FACTS.environment(hidden)).toEqual({ unknown: expect.stringContaining('AccessDeniedException') });
  expect(CONFIG_FACTS.environment({})).toEqual({});
  expect(CONFIG_FACTS.vpc({ VpcConfig: { SubnetIds: [], SecurityGroupIds: [], VpcId: '' } })).toBeNull();
  expect(CONFIG_FACTS.packageType({ PackageType: 'Image' })).toBe('Image');
  expect(CONFIG_FACTS.runtime({ PackageType: 'Image' })).toBeNull();
  expect(CONFIG_FACTS.snapStart({ SnapStart: { ApplyOn: 'PublishedVersions' } })).toBe(true);
  expect(CONFIG_FACTS.lastModified({ LastModified: '2026-11-22T12:00:00.000+0000' })).toBe('2026-11-22T12:00:00.000Z');
  expect(CONFIG_FACTS.ephemeralStorageMb({})).toBe(512);
  const efs = 'arn:aws:elasticfilesystem:eu-central-1:222222222222:access-point/fsap-1';
  expect(CONFIG_FACTS.fileSystems({ FileSystemConfigs: [{ Arn: efs, LocalMountPath: '/mnt/a' }] })).toEqual([
    { accessPointArn: efs, mountPath: '/mnt/a' },
  ]);
  expect(CONFIG_FACTS.deadLetterArn({ DeadLetterConfig: {} })).toBeNull();
});
