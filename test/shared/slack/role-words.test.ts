import { expect, it } from 'vitest';
import { ROLES_PREVIEWS } from '../../../shared/engine/previews/roles.ts';
import { roleResource } from '../../../shared/model/resource.ts';
import { denyAllArn } from '../../../shared/model/steps/roles.ts';
import { ROLES_WORDS } from '../../../shared/slack/step-words/roles.ts';

const target = roleResource('222222222222', 'service/orders-role');
const OWN = 'arn:aws:iam::222222222222:policy/functions';
const said = (fromArn: string | null, toArn: string | null) => {
  const { ask, done } = ROLES_WORDS['set-boundary']({ kind: 'set-boundary', target, fromArn, toArn });
  const text = (leaves: typeof ask) => leaves.map((leaf) => ('text' in leaf ? leaf.text : '')).join('');
  return [text(ask), text(done)];
};

it.each([
  [null, denyAllArn('aws'), 'Isolate the role orders-role', 'Isolated the role orders-role'],
  [OWN, denyAllArn('aws-cn'), 'Isolate the role orders-role', 'Isolated the role orders-role'],
  [denyAllArn('aws'), null, 'Let the role orders-role out of its isolation', 'Let the role orders-role out of its isolation'],
  [
    OWN,
    null,
    'Remove the permissions boundary of the role orders-role',
    'Removed the permissions boundary of the role orders-role',
  ],
  [
    null,
    OWN,
    'Set the permissions boundary functions on the role orders-role',
    'Set the permissions boundary functions on the role orders-role',
  ],
])('a boundary from %s to %s', (from, to, ask, done) => {
  expect(said(from, to)).toEqual([ask, done]);
});

it('the card shows that an isolated role may do nothing', () => {
  expect(ROLES_PREVIEWS['set-boundary']({ kind: 'set-boundary', target, fromArn: null, toArn: denyAllArn('aws') })).toEqual({
    title: 'Permissions boundary of the role orders-role',
    before: 'no boundary',
    after: 'arn:aws:iam::aws:policy/AWSDenyAll, which allows nothing',
  });
});
