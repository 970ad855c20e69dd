import type { Statement } from '../../model/policy-document.ts';
import type { Resource } from '../../model/resource.ts';
import type { AttachedPolicy, NamedPolicy, RoleFacts } from '../../model/state.ts';
import type { Step } from '../../model/step.ts';
import { OWN_PREFIX } from '../../names.ts';
import { narrowDocument } from '../../policy/narrow.ts';
import { prettyPolicy } from '../../policy/pretty.ts';
import { replacementOf } from './managed-policies.ts';

const POLICY_NAME_LENGTH = 128;

/** The inline policy that takes a managed one's place. */
export const narrowedName = (policyName: string): string => `${OWN_PREFIX}narrowed-${policyName}`.slice(0, POLICY_NAME_LENGTH);

export function narrowInline(target: Resource<'role'>, policy: NamedPolicy, denies: readonly Statement[]): Step {
  return {
    kind: 'replace-role-policy',
    target,
    policyName: policy.name,
    fromText: policy.document.text,
    toText: narrowDocument(policy.document, denies),
  };
}

/**
 * A managed policy may be others' too, so it is not changed but detached. What it allows beside the broad grants goes into an inline policy first,
 * so that the role never stands without it.
 * @param inline the role's inline policies: one of an earlier narrowing is used again.
 */
export function replaceAttached(
  target: Resource<'role'>,
  policy: AttachedPolicy,
  denies: readonly Statement[],
  inline: readonly NamedPolicy[],
): Step[] {
  return moveInline(target, policy, narrowDocument(policy.document, denies), inline);
}

/** Detaches a managed policy, after what is to stay of it was put inline; null is nothing. */
export function moveInline(
  target: Resource<'role'>,
  policy: AttachedPolicy,
  toText: string | null,
  inline: readonly NamedPolicy[],
): Step[] {
  const detach: Step = { kind: 'detach-role-policy', target, policyArn: policy.arn };
  const policyName = narrowedName(policy.name);
  const fromText = inline.find((one) => one.name === policyName)?.document.text ?? null;
  if (toText === null || (fromText !== null && prettyPolicy(fromText) === prettyPolicy(toText))) return [detach];
  return [{ kind: 'replace-role-policy', target, policyName, fromText, toText }, detach];
}

/** AWS lets nobody attach a deprecated policy again: once detached there is no way back. */
export const cannotComeBack = (policies: readonly AttachedPolicy[]): AttachedPolicy | undefined =>
  policies.find(({ awsManaged, name }) => awsManaged && replacementOf(name) !== undefined);

/** IAM counts a role's inline policies together, without blanks. */
export const INLINE_LIMIT = 10_240;

export function inlineSize(inline: readonly NamedPolicy[], steps: readonly Step[]): number {
  const texts = new Map(inline.map((policy) => [policy.name, policy.document.text]));
  for (const step of steps) if (step.kind === 'replace-role-policy') texts.set(step.policyName, step.toText ?? '');
  return [...texts.values()].reduce((sum, text) => sum + text.replace(/\s/g, '').length, 0);
}

/** A policy and the text that it is to have; null is none. */
export interface Rewritten<P extends NamedPolicy> {
  readonly policy: P;
  readonly toText: string | null;
}

/**
 * The steps that give a role's policies their new texts; those whose text stays are left alone. Undefined when it does not fit inline, when AWS
 * would not take a policy back, or when there is nothing to change.
 */
export function rewriteSteps(
  target: Resource<'role'>,
  { inlinePolicies }: Pick<RoleFacts, 'inlinePolicies'>,
  inline: readonly Rewritten<NamedPolicy>[],
  attached: readonly Rewritten<AttachedPolicy>[],
): Step[] | undefined {
  const changed = attached.filter(({ policy, toText }) => toText !== policy.document.text);
  if (cannotComeBack(changed.map(({ policy }) => policy))) return undefined;
  const steps: Step[] = [
    ...inline
      .filter(({ policy, toText }) => toText !== policy.document.text)
      .map(
        ({ policy, toText }): Step => ({
          kind: 'replace-role-policy',
          target,
          policyName: policy.name,
          fromText: policy.document.text,
          toText,
        }),
      ),
    ...changed.flatMap(({ policy, toText }) => moveInline(target, policy, toText, inlinePolicies)),
  ];
  const written = steps.flatMap((step) => (step.kind === 'replace-role-policy' ? [step.policyName] : []));
  const isTwice = new Set(written).size !== written.length;
  return steps.length === 0 || isTwice || inlineSize(inlinePolicies, steps) > INLINE_LIMIT ? undefined : steps;
}

/** Whether every policy can be rewritten: undefined is one that can't. */
export const allRewritten = <P extends NamedPolicy>(
  policies: readonly { readonly policy: P; readonly toText: string | null | undefined }[],
): policies is readonly Rewritten<P>[] => policies.every(({ toText }) => toText !== undefined);
