import { describe, expect, it } from 'vitest';
import { eventPatterns } from '../../../../shared/events/patterns.ts';
import type { Judgement } from '../../../../shared/flows/doctor/check.ts';
import type { RuleFacts } from '../../../../shared/flows/doctor/hub-facts.ts';
import { layersAre } from '../../../../shared/flows/doctor/layer-checks.ts';
import { familiesAgree, forwardRoleIs, forwards, isDelivered, roleIs } from '../../../../shared/flows/doctor/member-checks.ts';
import type { RoleFacts, TrailFacts, UsedLayer } from '../../../../shared/flows/doctor/member-facts.ts';
import { trailIs } from '../../../../shared/flows/doctor/trail-checks.ts';
import { inlinePolicies, type MemberRoleKind, trustPolicy } from '../../../../shared/grants/member-roles.ts';

const PLACE = { partition: 'aws', account: '222222222222' };
const TRUST = { partition: 'aws', hubAccount: '111111111111', externalId: 'an-external-id-of-tests' };
const BUS = 'arn:aws:events:eu-central-1:111111111111:event-bus/cinch';

const role = (kind: MemberRoleKind, changes: Partial<RoleFacts> = {}, without: readonly string[] = []): RoleFacts => ({
  trust: trustPolicy(kind, TRUST),
  inline: Object.fromEntries(
    inlinePolicies(PLACE)
      .filter(({ name, roles }) => roles.includes(kind) && !without.includes(name))
      .map(({ name, statements }) => [name, { Version: '2012-10-17', Statement: statements }]),
  ),
  attached: [],
  boundaryArn: null,
  ...changes,
});
const write = (changes: Partial<RoleFacts> = {}, without: readonly string[] = []) =>
  roleIs('write', PLACE, TRUST, 'deploy', role('write', changes, without));
const policyOf = (statement: object) => ({ Version: '2012-10-17', Statement: [statement] });

const LAMBDA = eventPatterns()[0];
if (!LAMBDA) throw new Error('nothing is watched');
const FORWARD = 'arn:aws:iam::222222222222:role/cinch-forward';
const target = {
  arn: BUS,
  roleArn: FORWARD,
  deadArn: 'arn:aws:sqs:eu-central-1:222222222222:Undelivered',
};
const rule = (changes: Partial<RuleFacts> = {}): RuleFacts => ({
  name: 'ForwardLambda',
  state: 'ENABLED',
  pattern: JSON.parse(JSON.stringify(eventPatterns()[0]?.pattern)),
  targets: [target],
  ...changes,
});
const forwarded = (...rules: RuleFacts[]) => forwards(LAMBDA, 'eu-central-1', FORWARD, 'deploy', rules);

const HASH = 'a'.repeat(64);
const used = (changes: Partial<UsedLayer> = {}): UsedLayer => ({
  arn: 'arn:aws:lambda:eu-central-1:222222222222:layer:cinch-secret-resolver:3',
  functionName: 'orders',
  published: { description: `Cinch secret resolver arm64 sha256:${HASH}`, sha256: HASH },
  ...changes,
});
const layers = (...all: UsedLayer[]) => layersAre({ functions: 7, isWhole: true, used: all });

const trail = (changes: Partial<TrailFacts> = {}): TrailFacts => ({
  name: 'org',
  isMultiRegion: true,
  homeRegion: 'eu-west-1',
  hasGlobalEvents: true,
  isLogging: true,
  selectors: { EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true }] },
  ...changes,
});
const recorded = (changes: Partial<TrailFacts>, region = 'eu-central-1') =>
  trailIs(region, ['lambda.amazonaws.com', 'iam.amazonaws.com'], [trail(changes)]);
const advanced = (...FieldSelectors: object[]) => ({ selectors: { AdvancedEventSelectors: [{ FieldSelectors }] } });
const MANAGEMENT = { Field: 'eventCategory', Equals: ['Management'] };

const forwarder = (changes: Partial<RoleFacts> = {}): RoleFacts => ({
  trust: policyOf({ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' }),
  inline: { forward: policyOf({ Effect: 'Allow', Action: ['events:PutEvents'], Resource: [BUS] }) },
  attached: [],
  boundaryArn: null,
  ...changes,
});

describe('a member account', () => {
  it.each<[string, Judgement, Judgement['verdict'], RegExp]>([
    ['a role as deployed', write(), 'ok', /as deployed$/],
    ['a role without a family', write({}, ['cinch-api']), 'ok', /without api/],
    ['no role', roleIs('write', PLACE, TRUST, 'deploy', null), 'broken', /cinch-write is not there/],
    [
      'another external id',
      write({ trust: trustPolicy('write', { ...TRUST, externalId: 'another-external-id' }) }),
      'broken',
      /external id/,
    ],
    [
      'a trusted role that was made anew',
      write({ trust: policyOf({ Effect: 'Allow', Principal: { AWS: 'AROAEXAMPLE' }, Action: 'sts:AssumeRole' }) }),
      'broken',
      /was deleted/,
    ],
    [
      'a policy by hand',
      write({ inline: { ...role('write').inline, more: policyOf({}) } }),
      'broken',
      /more than Cinch needs: more/,
    ],
    ['an attached policy', write({ attached: ['arn:aws:iam::aws:policy/AdministratorAccess'] }), 'broken', /AdministratorAccess/],
    ['no guard', write({}, ['cinch-guard']), 'broken', /lacks cinch-guard/],
    [
      'another version’s policy',
      write({ inline: { ...role('write').inline, 'cinch-timeout': policyOf({}) } }),
      'broken',
      /cinch-timeout/,
    ],
    ['a boundary', write({ boundaryArn: 'arn:aws:iam::222222222222:policy/limit' }), 'warning', /policy\/limit/],

    ['families that agree', familiesAgree(PLACE, 'deploy', role('write'), role('undo')), 'ok', /timeout/],
    [
      'a fix without its undo',
      familiesAgree(PLACE, 'deploy', role('write'), role('undo', {}, ['cinch-timeout'])),
      'broken',
      /timeout/,
    ],

    ['a rule', forwarded(rule()), 'ok', /ENABLED/],
    ['a rule that takes reads too', forwarded(rule({ state: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' })), 'ok', /ENABLED/],
    ['a rule that is off', forwarded(rule({ state: 'DISABLED' })), 'broken', /DISABLED/],
    ['an old stack’s rule beside it', forwarded(rule({ name: 'Old', state: 'DISABLED' }), rule()), 'ok', /ENABLED/],
    ['no rule', forwarded(), 'broken', /no rule sends aws\.lambda/],
    ['a rule of another source only', forwarded(rule({ pattern: { source: ['aws.iam'] } })), 'broken', /no rule/],
    ['another pattern', forwarded(rule({ pattern: { source: ['aws.lambda'] } })), 'broken', /pattern/],
    ['a target without a role', forwarded(rule({ targets: [{ ...target, roleArn: null }] })), 'broken', /no role/],
    [
      'a target with another role',
      forwarded(rule({ targets: [{ ...target, roleArn: `${FORWARD}er` }] })),
      'broken',
      /another role: .*cinch-forwarder/,
    ],
    ['another target before it', forwarded(rule({ targets: [{ ...target, roleArn: null }, target] })), 'ok', /ENABLED/],
    ['a target that loses', forwarded(rule({ targets: [{ ...target, deadArn: null }] })), 'broken', /dead-letter/],

    ['the forwarding role', forwardRoleIs(BUS, 'deploy', forwarder()), 'ok', /PutEvents/],
    ['no forwarding role', forwardRoleIs(BUS, 'deploy', null), 'broken', /not there/],
    [
      'one that EventBridge may not assume',
      forwardRoleIs(BUS, 'deploy', forwarder({ trust: policyOf({}) })),
      'broken',
      /may not assume/,
    ],
    ['one for another bus', forwardRoleIs(`${BUS}2`, 'deploy', forwarder()), 'broken', /may not put/],
    [
      'one that may more',
      forwardRoleIs(BUS, 'deploy', forwarder({ attached: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] })),
      'broken',
      /more than/,
    ],

    ['no layer in use', layers(), 'ok', /none of 7 functions has one/],
    ['a layer as published', layers(used()), 'ok', /1 version in use by 7 functions/],
    ['a layer that was deleted', layers(used({ published: null })), 'broken', /cinch-secret-resolver:3 of orders is not there/],
    [
      'a layer of somebody else',
      layers(used({ published: { description: 'mine', sha256: HASH } })),
      'broken',
      /not published by/,
    ],
    [
      'a layer with other content',
      layers(used({ published: { description: `Cinch secret resolver arm64 sha256:${HASH}`, sha256: 'b'.repeat(64) } })),
      'broken',
      /other content/,
    ],
    ['more functions than are looked at', layersAre({ functions: 2000, isWhole: false, used: [] }), 'ok', /first 2,?000/],

    ['nothing left behind', isDelivered(target.deadArn, 'eu-central-1', 'deploy', 0), 'ok', /nothing was left/],
    ['events left behind', isDelivered(target.deadArn, 'eu-central-1', 'deploy', 2), 'broken', /2 events could not/],
    ['nowhere to leave them', isDelivered(target.deadArn, 'eu-central-1', 'deploy', null), 'broken', /not there/],

    ['a trail', recorded({}), 'ok', /org/],
    ['a trail of this region', recorded({ isMultiRegion: false, homeRegion: 'eu-central-1' }), 'ok', /org/],
    ['a trail of another region', recorded({ isMultiRegion: false }), 'broken', /no trail records/],
    ['a trail that is off', recorded({ isLogging: false }), 'broken', /switched off/],
    ['a trail without IAM where IAM reports', recorded({ hasGlobalEvents: false }, 'us-east-1'), 'broken', /global services/],
    ['the same elsewhere', recorded({ hasGlobalEvents: false }), 'ok', /org/],
    [
      'a trail of reads',
      recorded({ selectors: { EventSelectors: [{ ReadWriteType: 'ReadOnly', IncludeManagementEvents: true }] } }),
      'broken',
      /no management events/,
    ],
    [
      'a trail of data',
      recorded({ selectors: { EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: false }] } }),
      'broken',
      /no management events/,
    ],
    [
      'a trail without KMS',
      recorded({
        selectors: { EventSelectors: [{ IncludeManagementEvents: true, ExcludeManagementEventSources: ['kms.amazonaws.com'] }] },
      }),
      'ok',
      /org/,
    ],
    ['advanced selectors', recorded(advanced(MANAGEMENT)), 'ok', /org/],
    ['advanced ones of writes', recorded(advanced(MANAGEMENT, { Field: 'readOnly', Equals: ['false'] })), 'ok', /org/],
    [
      'advanced ones of reads',
      recorded(advanced(MANAGEMENT, { Field: 'readOnly', Equals: ['true'] })),
      'broken',
      /no management events/,
    ],
    [
      'advanced ones without IAM',
      recorded(advanced(MANAGEMENT, { Field: 'eventSource', NotEquals: ['iam.amazonaws.com'] })),
      'broken',
      /leaves out iam/,
    ],
    ['advanced ones of data', recorded(advanced({ Field: 'eventCategory', Equals: ['Data'] })), 'broken', /no management events/],
    [
      'advanced ones of some sessions',
      recorded(advanced(MANAGEMENT, { Field: 'sessionCredentialFromConsole', Equals: ['true'] })),
      'broken',
      /no management events/,
    ],
    ['no trail', trailIs('eu-central-1', ['lambda.amazonaws.com'], []), 'broken', /no trail records/],
  ])('%s', (_what, judgement, verdict, seen) => {
    expect(judgement.verdict).toBe(verdict);
    expect(judgement.seen).toMatch(seen);
    expect(judgement.mend !== null).toBe(verdict !== 'ok');
  });

  it('needs one good trail among several', () => {
    expect(
      trailIs('eu-central-1', ['lambda.amazonaws.com'], [trail({ isLogging: false }), trail({ name: 'own' })]),
    ).toMatchObject({
      verdict: 'ok',
      seen: 'own',
    });
  });
});
