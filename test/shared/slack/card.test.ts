import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkMessageBlocks } from '../../../local/slack/block-limits.ts';
import { FINDING_STATUSES } from '../../../shared/model/finding.ts';
import { PLAN_STATUSES, type Plan } from '../../../shared/model/plan.ts';
import { functionResource, roleResource } from '../../../shared/model/resource.ts';
import { STEP_ROWS, type Step, type StepKind } from '../../../shared/model/step.ts';
import { deploySnippet } from '../../../shared/rules/parts/deploy-snippet.ts';
import { renderCard } from '../../../shared/slack/card.ts';
import { type CardView, phaseOf } from '../../../shared/slack/phase.ts';
import { MESSAGE_BUDGET, textLength, validateBlocks } from '../../../shared/slack/validate-blocks.ts';
import { BOB, lines, read, text, view } from '../../support/card-reading.ts';
import { RESOURCE } from '../../support/slack-samples.ts';

describe('the words of a card', () => {
  it('of an open question', () => {
    expect(lines(view())).toEqual([
      '🟠 High  report-export: anybody may invoke it',
      'Remove the statement AllowAll from the policy of report-export?',
      'Asked because “Remove statements from the function policy” always waits for a person',
      'Changed by dave@example.com as arn:aws:iam::222222222222:role/developer',
      'When 2026-11-22 11:59 UTC',
      'Account 222222222222, eu-central-1',
      'Function report-export',
      'What would change',
      '- {',
      '-   "Sid": "AllowAll",',
      '-   "Principal": "*"',
      '- }',
      'What might break',
      STEP_ROWS['remove-permission'].mightBreak,
      'What undo gives back',
      STEP_ROWS['remove-permission'].undo,
      'Found',
      'policy.Statement[AllowAll].Principal: * (expected an account or a limited service)',
      'What to do besides',
      'Grant lambda:InvokeFunction to the callers by name.',
      '[Approve|Deny|Exempt|Details|…]',
      '[Quarantine]',
      'Finding f1 · lambda-policy-public · expires <!date^1795435200^{date_short_pretty} at {time}|2026-11-23 12:00 UTC> · 2 named approvers may decide, never the author of the change',
    ]);
  });

  it('of a fix', () => {
    const target = functionResource('222222222222', 'eu-central-1', 'orders-api');
    const steps: Step[] = [{ kind: 'lower-timeout', target, fromSeconds: 900, toSeconds: 29 }];
    const previews = [{ title: 'Timeout', before: '900 s', after: '29 s' }];
    const summary = 'its timeout of 900 s is longer than the 29 s its API waits';
    const shown = view(
      { resource: target, status: 'fixed', reason: null, summary, severity: 'medium', evidence: [], advice: [] },
      { status: 'applied', steps, previews, outcome: ['Since the change: it was not invoked.'] },
    );
    expect(lines(shown)).toEqual([
      '🟡 Medium  Tightened the timeout of orders-api from 900 s to 29 s',
      `Because ${summary}`,
      'Changed by dave@example.com as arn:aws:iam::222222222222:role/developer',
      'When 2026-11-22 11:59 UTC',
      'Account 222222222222, eu-central-1',
      'Function orders-api',
      'What changed',
      '- 900 s',
      '+ 29 s',
      'How it went',
      'Since the change: it was not invoked.',
      '✅ Done and checked.',
      '[Undo|Details]',
      'Finding f1 · lambda-policy-public · 2 named approvers may decide, never the author of the change',
    ]);
    expect(renderCard(shown).text).toBe('🟡 Medium: Tightened the timeout of orders-api from 900 s to 29 s');
  });

  it('of a step, asked and done', () => {
    const fn = functionResource('222222222222', 'eu-central-1', 'billing');
    const role = roleResource('222222222222', 'service/billing-role');
    const words: { [K in StepKind]?: [Step, string] } = {
      'lower-timeout': [
        { kind: 'lower-timeout', target: fn, fromSeconds: 9, toSeconds: 3 },
        'Tightened the timeout of billing from 9 s to 3 s',
      ],
      'move-secrets-to-ssm': [
        {
          kind: 'move-secrets-to-ssm',
          target: fn,
          roleArn: role.arn,
          architecture: 'arm64',
          variables: ['A', 'B', 'C', 'D', 'E'],
        },
        'Moved A, B, C and 2 more variables of billing to SSM',
      ],
      'move-secrets-to-secrets-manager': [
        {
          kind: 'move-secrets-to-secrets-manager',
          target: fn,
          roleArn: role.arn,
          architecture: 'arm64',
          variables: ['A', 'B'],
        },
        'Moved A, B of billing to Secrets Manager',
      ],
      'remove-permission': [
        {
          kind: 'remove-permission',
          target: fn,
          qualifier: 'live',
          statements: ['x', 'y', 'z'].map((sid) => ({ sid, text: '{}' })),
        },
        'Removed 3 statements x, y and 1 more from the policy of billing, alias or version live',
      ],
      'require-url-iam-auth': [
        { kind: 'require-url-iam-auth', target: fn, qualifier: null },
        'Required IAM authentication on the function URL of billing',
      ],
      'detach-role-policy': [
        { kind: 'detach-role-policy', target: role, policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
        'Detached AdministratorAccess from the role billing-role',
      ],
      'replace-role-policy': [
        { kind: 'replace-role-policy', target: role, policyName: 'all', fromText: '{}', toText: '{}' },
        'Narrowed the inline policy all of the role billing-role',
      ],
      'give-own-role': [
        { kind: 'give-own-role', target: fn, fromRoleArn: role.arn, newRoleName: 'cinch-billing' },
        'Gave billing a role of its own, cinch-billing, in place of billing-role',
      ],
    };
    for (const [step, done] of Object.values(words)) {
      expect(lines(view({ status: 'fixed' }, { status: 'applied', steps: [step] }))[0]).toBe(`🟠 High  ${done}`);
      const question = lines(view({}, { steps: [step] }))[1] ?? '';
      expect(question.split(' ').slice(1).join(' ')).toBe(`${done.split(' ').slice(1).join(' ')}?`);
    }
    const one: Step = {
      kind: 'move-secrets-to-ssm',
      target: fn,
      roleArn: role.arn,
      architecture: 'arm64',
      variables: ['DB_PASSWORD'],
    };
    expect(text(view({ status: 'fixed' }, { status: 'applied', steps: [one] }))).toContain('Moved DB_PASSWORD of billing to SSM');
  });

  it.each([
    ['approved', { status: 'approved', approvals: [BOB] }, 'Approved by @U0BOB, 2026-11-22 12:05 UTC\n⏳ Working on it …'],
    [
      'denied',
      { status: 'denied', decidedBy: BOB, decisionReason: 'on purpose' },
      'Denied by @U0BOB, 2026-11-22 12:05 UTC\nReason on purpose\n🚫 Nothing was changed.',
    ],
    ['expired', { status: 'expired' }, 'Expired: nobody decided in time. Nothing was changed.'],
    [
      'failed',
      { status: 'failed', outcome: ['Everything was put back as it was.'], approvals: [BOB] },
      'How it went\nEverything was put back as it was.\nApproved by @U0BOB, 2026-11-22 12:05 UTC\n⚠️ It could not be done.',
    ],
  ] as const)('of a plan that is %s says who, why and how it went, without buttons', (_, plan, words) => {
    const shown = view({ reason: null }, plan);
    expect(text(shown)).toContain(words);
    expect(text(shown)).not.toMatch(/\[(Approve|Undo)/);
  });

  it('of an undo shows what was put back', () => {
    const shown = view(
      { status: 'undone' },
      { status: 'applied', approvals: [BOB] },
      { status: 'applied', decidedBy: BOB, outcome: ['It is as it was before.'] },
    );
    expect(lines(shown)[0]).toBe('🟠 High  Undone: remove the statement AllowAll from the policy of report-export');
    expect(text(shown)).toContain('What was put back\n+ {');
    expect(text(shown)).toContain('It is as it was before.');
    expect(text(shown)).toContain('Undone by @U0BOB');
    expect(text(shown)).not.toContain('[Undo]');
  });

  it('says that nobody may decide when no approvers are configured', () => {
    const shown = { ...view(), approvers: { users: 0, emails: 0, hasGroup: false } };
    expect(text(shown)).toContain('nobody may decide');
  });
});

describe('every state', () => {
  const BUTTONS: Record<string, string> = {
    asked: '[Approve|Deny|Exempt|Details|…][Quarantine]',
    reported: '[Details][Quarantine]',
    done: '[Undo|Details]',
    'undo-failed': '[Undo|Details][Quarantine]',
    failed: '[Details][Quarantine]',
    expired: '[Quarantine]',
    discarded: '[Quarantine]',
    undone: '[Quarantine]',
  };
  /** Without a plan there is nothing to decide, and Details only where something is still open. */
  const BARE: Record<string, string> = { ...BUTTONS, failed: '[Quarantine]', done: '', 'undo-failed': '[Quarantine]' };
  const plans: (Plan['status'] | undefined)[] = [...PLAN_STATUSES, undefined];
  const undos: (Plan['status'] | undefined)[] = ['approved', 'applying', 'applied', 'failed', undefined];

  it('has exactly its buttons and stands both block checks', () => {
    for (const status of FINDING_STATUSES)
      for (const planStatus of plans)
        for (const undoStatus of undos) {
          const shown = view(
            { status },
            planStatus && { status: planStatus },
            undoStatus && { status: undoStatus, decidedBy: BOB },
          );
          const { blocks } = renderCard({ ...shown, plan: planStatus && shown.plan });
          const phase = phaseOf({ ...shown, plan: planStatus && shown.plan });
          const rows = read(blocks).match(/^\[[A-Za-z|…]+\]$/gm) ?? [];
          const isOver = status === 'exempt' || status === 'resolved';
          const expected = (planStatus ? BUTTONS : BARE)[phase] ?? '';
          expect([phase, rows.join('')]).toEqual([phase, isOver ? expected.replace('[Quarantine]', '') : expected]);
          expect(validateBlocks(blocks)).toEqual([]);
          expect(checkMessageBlocks([...blocks]).problems).toEqual([]);
        }
  });

  it('offers Approve only while plan and finding both ask', () => {
    for (const status of FINDING_STATUSES)
      for (const planStatus of PLAN_STATUSES) {
        const asks = JSON.stringify(renderCard(view({ status }, { status: planStatus }))).includes('cinch-approve');
        if (planStatus !== 'asked') expect(asks).toBe(false);
        if (status === 'exempt' || status === 'resolved' || status === 'denied') expect(asks).toBe(false);
      }
  });
});

describe('hostile names stay text', () => {
  const HOSTILE = [
    '<!channel>',
    '<@U0BOB>',
    '<https://evil.example|Approve>',
    'https://evil.example/approve',
    '`code` *bold* _it_ ~no~ :smile:',
    '@here @everyone #general',
    'invoice\u202Efdp.exe',
    '\u2066hidden\u2069\u200B\u00AD',
    'a\u0000b\u001B[31mc',
    'two\nlines\r\nthree\u2028four',
    '&lt;!channel&gt;',
    '\uD800 lone surrogate',
    '\u{E0041}\u{E0042} tags',
    '',
  ];
  const everywhere = (name: string): CardView => {
    const resource = { ...functionResource('222222222222', 'eu-central-1', 'x'), name, arn: name };
    return view(
      {
        resource,
        summary: name,
        evidence: [{ path: name, found: name, expected: name }],
        advice: [name],
        reason: name,
        author: { account: name, arn: name, type: name, session: name, sourceIdentity: name },
      },
      {
        resource,
        steps: [
          { kind: 'remove-permission', target: resource, qualifier: name, statements: [{ sid: name, text: name }] },
          { kind: 'move-secrets-to-ssm', target: resource, roleArn: name, architecture: 'arm64', variables: [name] },
        ],
        previews: [
          { title: name, before: name, after: `${name}!` },
          { title: name, before: '', after: name },
        ],
        outcome: [name],
        decidedBy: { userId: name, userName: name, at: name },
        decisionReason: name,
      },
    );
  };

  const mrkdwnOf = (value: unknown): string[] => {
    if (Array.isArray(value)) return value.flatMap(mrkdwnOf);
    if (typeof value !== 'object' || value === null) return [];
    const { type, text: shown } = value as Record<string, unknown>;
    return type === 'mrkdwn' ? [String(shown)] : Object.values(value).flatMap(mrkdwnOf);
  };

  it.each(HOSTILE)('%j', (name) => {
    for (const status of ['asked', 'denied', 'failed'] as const) {
      const shown = everywhere(name);
      const card = renderCard({ ...shown, plan: shown.plan && { ...shown.plan, status } });
      // Parsed as markup are the fallback text and mrkdwn objects, and they hold only Cinch's own.
      for (const markup of [card.text, ...mrkdwnOf(card.blocks)])
        expect(markup.replace(/<!date\^[^<>]*>/g, '')).not.toMatch(/[<>]/);
      const json = JSON.stringify(card);
      expect(json).not.toMatch(/"type":"(link|broadcast|usergroup|channel|emoji)"/);
      expect(json.replaceAll('\\n', '')).not.toMatch(/\\u00|\\ud8/i);
      expect(json).not.toMatch(/[\u200B-\u200F\u202A-\u202E\u2066-\u2069\u00AD\u{E0000}-\u{E007F}]/u);
      expect(validateBlocks(card.blocks)).toEqual([]);
      expect(checkMessageBlocks([...card.blocks]).problems).toEqual([]);
    }
  });
});

describe('limits', () => {
  it('hold for findings of any size, in any script', () => {
    const big = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc
        .tuple(fc.constantFrom('a', '漢', '👩‍👩‍👧 ', '&<>', '\n', '{"Statement":\n', '\u202E'), fc.integer({ min: 1, max: 9000 }))
        .map(([unit, count]) => unit.repeat(count)),
    );
    const some = fc.array(big, { maxLength: 30 });
    fc.assert(
      fc.property(
        big,
        some,
        some,
        fc.constantFrom(...PLAN_STATUSES),
        fc.array(fc.tuple(big, big), { maxLength: 60 }),
        (name, list, more, status, diffs) => {
          const resource = { ...functionResource('222222222222', 'eu-central-1', 'x'), name };
          const shown = view(
            { resource, summary: name, evidence: list.map((found) => ({ path: name, found })), advice: more, reason: name },
            {
              status,
              resource,
              steps: diffs.map(() => ({ kind: 'detach-role-policy', target: { ...resource, kind: 'role' }, policyArn: name })),
              previews: diffs.map(([before, after]) => ({ title: name, before, after })),
              outcome: list,
              approvals: [BOB, BOB, BOB],
              decidedBy: BOB,
              decisionReason: name,
            },
          );
          const card = renderCard(shown);
          expect(validateBlocks(card.blocks)).toEqual([]);
          expect(checkMessageBlocks([...card.blocks]).problems).toEqual([]);
          expect(textLength(card.blocks)).toBeLessThanOrEqual(MESSAGE_BUDGET);
          expect(card.text.length).toBeGreaterThan(0);
          expect(card.text.length).toBeLessThan(3000);
        },
      ),
      { numRuns: 60, endOnFailure: true },
    );
  });

  it('leave a snippet whole, with its indentation, and say so when it is longer than that', () => {
    const snippet = deploySnippet('SAM', RESOURCE, ['DB_PASSWORD', 'API_TOKEN'], 'ssm', 'customer-managed').join('\n');
    const shown = (advice: string[]) => JSON.stringify(renderCard(view({ advice })).blocks);
    expect(shown(['Rotate it.', snippet])).toContain(JSON.stringify(snippet).slice(1, -1));
    const long = Array.from({ length: 200 }, (_, index) => `    VARIABLE_${index}: 'x'`).join('\n');
    expect(shown([long])).toMatch(/VARIABLE_50.*the rest is too long to show here \(89 lines\)/);
  });

  it('clip a long diff and say so', () => {
    const before = Array.from({ length: 300 }, (_, index) => `"action-${index}"`).join('\n');
    expect(text(view({}, { previews: [{ title: 't', before, after: '' }] }))).toMatch(
      /… the rest is too long to show here \(\d+ lines\)/,
    );
  });

  it('count what is left out of a list', () => {
    const evidence = Array.from({ length: 30 }, (_, index) => ({ path: `Statement[${index}]`, found: 'x' }));
    expect(text(view({ evidence }))).toContain('… and 22 more');
  });
});
