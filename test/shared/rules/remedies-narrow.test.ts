import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GivingKind, refuseBeyondCeiling } from '../../../shared/aws/steps/grant-ceilings.ts';
import { refuseLifting, refuseWider, refuseWiderDocuments } from '../../../shared/aws/steps/no-wider.ts';
import { grantText } from '../../../shared/aws/steps/runtime/role-grant.ts';
import type { PolicyDocument } from '../../../shared/model/policy-document.ts';
import type { AnyRule } from '../../../shared/model/rule.ts';
import type { AttachedPolicy, NamedPolicy } from '../../../shared/model/state.ts';
import type { Step } from '../../../shared/model/step.ts';
import { parsePolicyDocument } from '../../../shared/policy/parse.ts';
import { RULES } from '../../../shared/rules/index.ts';
import { exampleContext } from '../../../shared/rules/parts/example-context.ts';

/** What a role may do, as the steps change it one after another. */
interface Rights {
  readonly inline: Map<string, PolicyDocument>;
  readonly attached: Map<string, PolicyDocument>;
}

const rightsOf = (state: { inlinePolicies?: readonly NamedPolicy[]; attachedPolicies?: readonly AttachedPolicy[] }): Rights => ({
  inline: new Map(state.inlinePolicies?.map(({ name, document }) => [name, document])),
  attached: new Map(state.attachedPolicies?.map(({ arn, document }) => [arn, document])),
});
const documentsIn = ({ inline, attached }: Rights): PolicyDocument[] => [...inline.values(), ...attached.values()];

/** Refuses as the step itself would, right before it writes. Answers whether there was anything to compare. */
function hold(step: Step, rights: Rights): boolean {
  const before = documentsIn(rights);
  switch (step.kind) {
    case 'replace-role-policy':
      if (step.toText === null) rights.inline.delete(step.policyName);
      else rights.inline.set(step.policyName, parsePolicyDocument(step.toText, step.policyName));
      refuseWiderDocuments(step.policyName, before, documentsIn(rights));
      return true;
    case 'detach-role-policy':
      rights.attached.delete(step.policyArn);
      refuseWiderDocuments(step.policyArn, before, documentsIn(rights));
      return true;
    case 'replace-trust-policy':
    case 'replace-queue-policy':
    case 'replace-topic-policy':
    case 'replace-stream-policy':
      refuseWider(step.kind, step.fromText, step.toText);
      return true;
    case 'remove-bus-statement':
    case 'remove-layer-permission':
      refuseLifting(step.kind, step.statement.text);
      return true;
    case 'remove-permission':
      for (const { text } of step.statements) refuseLifting(step.kind, text);
      return true;
    case 'set-tracing':
    case 'attach-vpc':
    case 'set-async-config':
    case 'set-mapping-destination':
      if (step.grant) refuseBeyondCeiling(step.kind satisfies GivingKind, step.target.account, step.kind, grantText(step.grant));
      return step.grant !== null;
    default:
      return false;
  }
}

function stepsFor(rule: AnyRule, state: object, settings?: object): readonly Step[] {
  const found = rule.evaluate(state as never, exampleContext(rule.resource, settings) as never);
  return found?.remedy.kind === 'steps' ? found.remedy.steps : [];
}

describe('no remedy gives rights', () => {
  const compared = new Set<string>();

  it.each(RULES)('$id, whatever the mixture of its examples', (rule) => {
    const examples = [...rule.examples.passes, ...rule.examples.violates];
    const check = (state: object, settings?: object) => {
      const rights = rightsOf(state);
      for (const step of stepsFor(rule, state, settings)) if (hold(step, rights)) compared.add(step.kind);
    };
    for (const { state, settings } of examples) check(state, settings);
    const facts = rule.needs.map((need) => fc.constantFrom(...examples.map(({ state }) => Reflect.get(state, need) as unknown)));
    fc.assert(
      fc.property(fc.tuple(...facts), (values) => {
        check(Object.fromEntries(rule.needs.map((need, index) => [need, values[index]])));
      }),
      { numRuns: 100 },
    );
  });

  it('compares every kind of step that writes a policy', () => {
    expect([...compared].sort()).toEqual([
      'attach-vpc',
      'detach-role-policy',
      'remove-bus-statement',
      'remove-layer-permission',
      'remove-permission',
      'replace-queue-policy',
      'replace-role-policy',
      'replace-stream-policy',
      'replace-topic-policy',
      'replace-trust-policy',
      'set-async-config',
      'set-mapping-destination',
      'set-tracing',
    ]);
  });
});
