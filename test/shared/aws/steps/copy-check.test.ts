import { expect, it } from 'vitest';
import type { MemberClients } from '../../../../shared/aws/member.ts';
import { assertSameRights, probesOf } from '../../../../shared/aws/steps/roles/copy-check.ts';
import { makeClock, TEST_NOW } from '../../../support/world.ts';

const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = (Action: string | string[], Resource: string | string[]) => ({ Effect: 'Allow', Action, Resource });
const TABLE = 'arn:aws:dynamodb:eu-central-1:222222222222:table/orders';
const snapshot = (...texts: string[]) => ({
  path: '/',
  trust: '{}',
  description: null,
  maxSessionSeconds: null,
  boundaryArn: null,
  tags: [],
  inline: texts.map((text, index) => [`p${index}`, text] as const),
  attached: [],
});

it('asks for what is named whole, and for no more than IAM bears', () => {
  const many = Array.from({ length: 30 }, (_, index) => allow('dynamodb:GetItem', `${TABLE}-${index}`));
  const probes = probesOf(
    snapshot(
      policy(
        allow(['dynamodb:PutItem', 'dynamodb:Get*'], [TABLE]),
        allow('s3:GetObject', 'arn:aws:s3:::uploads/*'),
        allow('states:StartExecution', '*'),
        { Effect: 'Deny', Action: 'iam:PassRole', Resource: '*' },
        allow('sqs:SendMessage', 'arn:aws:sqs:*:*:${aws:PrincipalTag/team}'),
      ),
      policy(...many),
    ),
  );
  expect(probes).toHaveLength(4);
  expect(probes[0]).toMatchObject({ resource: '*', actions: expect.arrayContaining(['states:StartExecution', 's3:GetObject']) });
  expect(probes[0]?.actions.length).toBeLessThanOrEqual(40);
  expect(probes[1]).toEqual({ resource: TABLE, actions: ['dynamodb:PutItem'] });
  expect(probes.flatMap(({ actions }) => actions)).not.toContain('iam:PassRole');
});

/** IAM that throttles so many calls, then allows the old role everything and the copy once it has seen it so often. The local cloud never throttles. */
function makeIam(throttled: number, seenAfter: number) {
  let calls = 0;
  let copies = 0;
  const send = async ({ input }: { input: { PolicySourceArn: string; ActionNames: string[] } }) => {
    calls += 1;
    if (calls <= throttled)
      throw Object.assign(new Error('slow down'), { name: 'Throttling', $metadata: { httpStatusCode: 400 } });
    const isCopy = input.PolicySourceArn.endsWith('/new');
    const allowed = !isCopy || ++copies > seenAfter;
    return {
      EvaluationResults: input.ActionNames.map((EvalActionName) => ({
        EvalActionName,
        EvalDecision: allowed ? 'allowed' : 'implicitDeny',
      })),
    };
  };
  return { clients: { iam: { send } } as unknown as MemberClients, calls: () => calls };
}
const check = (iam: ReturnType<typeof makeIam>) =>
  assertSameRights({ clock: makeClock(TEST_NOW), random: () => 1 }, iam.clients, 'arn:old', 'arn:x/new', snapshot());

it('waits while IAM is busy and until the copy is known', async () => {
  const iam = makeIam(2, 3);
  await expect(check(iam)).resolves.toBeUndefined();
  expect(iam.calls()).toBe(2 + 1 + 4);
});

it('gives up a throttled IAM as IAM named it, which is tried again later, and refuses a copy that is never allowed', async () => {
  await expect(check(makeIam(Number.POSITIVE_INFINITY, 0))).rejects.toMatchObject({ name: 'Throttling' });
  await expect(check(makeIam(0, Number.POSITIVE_INFINITY))).rejects.toMatchObject({ code: 'refused' });
});
