import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { Refused, StateMoved } from '../../../model/errors.ts';
import type { Step, StepOf } from '../../../model/step.ts';
import type { RoleGrant } from '../../../model/steps/runtime.ts';
import { isCode, isGone } from '../../aws-error.ts';
import type { MemberClients } from '../../member.ts';
import { type RetryLimits, withRetries } from '../../retry.ts';
import { isSameJson } from '../canonical-json.ts';
import { type Field, fieldStep, type Held, sameJson } from '../field-step.ts';
import { refuseBeyondCeiling } from '../grant-ceilings.ts';
import { clientsFor, type StepDeps, type StepHandler } from '../handler.ts';
import { isSeen, readInline, roleNameOf, writeInline } from '../roles/role-policies.ts';

/** The steps that Lambda takes only when the execution role has certain rights. */
type GrantingKind = 'set-tracing' | 'set-async-config' | 'set-mapping-destination' | 'attach-vpc';

type GrantingOf = StepOf<GrantingKind>;

/** The compiler can't follow a kind that is still open into the fields that all of these steps have. */
const grantingOf = (step: Step): GrantingOf => step as GrantingOf;

export interface Captured<V> extends Held<V> {
  /** The role that runs the function, or what the qualifier stands for. */
  readonly roleArn: string;
  /** The inline policy as it was; null when there was none. */
  readonly policyText: string | null;
}

/** A policy put a moment ago is not yet known to Lambda everywhere (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html). */
const GRANTED: RetryLimits = { tries: 10, baseMs: 500, maxMs: 5_000 };

export const grantText = ({ actions, resource }: RoleGrant): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: resource }] });

/** Lambda's words for it have no code of their own. */
const lacksRights = (error: unknown): boolean =>
  isCode(error, 'InvalidParameterValueException') &&
  error instanceof Error &&
  /does not have permissions? to/.test(error.message);

export interface Granting<K extends GrantingKind, V> extends Field<K, V> {
  /** Of the inline policy: one a function, so that several under one role don't share what the undo of one deletes. */
  policyName(step: StepOf<K>): string;
  /** What names the function as it is invoked here: a qualifier may have another role. */
  functionOf(deps: StepDeps, clients: MemberClients, step: StepOf<K>): Promise<{ FunctionName: string; Qualifier?: string }>;
}

/** Sets a field after it has given the execution role what Lambda asks for; undo takes both back. */
export function grantingStep<K extends GrantingKind, V>(granting: Granting<K, V>): StepHandler<K, Captured<V>, Held<V>> {
  const plain = fieldStep(granting);
  const same = granting.same ?? sameJson;
  return {
    capture: async (deps, step) => {
      const { grant, target } = grantingOf(step);
      const clients = clientsFor(deps, target, 'write');
      const roleArn = await readRole(deps, clients, granting, step);
      const held = await plain.capture(deps, step);
      const policyText = grant === null ? null : await readInline(clients, roleNameOf(roleArn), granting.policyName(step));
      if (grant !== null && policyText !== null && !isSameJson(policyText, grantText(grant)))
        throw new Refused(`the inline policy ${granting.policyName(step)} of ${roleNameOf(roleArn)} is not as Cinch wrote it`);
      return { ...held, roleArn, policyText };
    },

    apply: async (deps, step, captured) => {
      const { grant, target } = grantingOf(step);
      const clients = clientsFor(deps, target, 'write');
      const roleArn = await readRole(deps, clients, granting, step);
      if (roleArn !== captured.roleArn) throw new StateMoved(`${target.name} runs under ${roleArn} now`);
      const now = await granting.read(deps, clients, step);
      if (!same(now, granting.to(step)) && !same(now, captured.value))
        throw new StateMoved(`somebody changed ${granting.name(step)} meanwhile`);
      if (grant !== null)
        await applyGrant(deps, clients, grantingOf(step), granting.policyName(step), grantText(grant), captured);
      try {
        return await withRetries(deps, GRANTED, lacksRights, () => plain.apply(deps, step, captured));
      } catch (error) {
        if (lacksRights(error))
          throw new Refused(
            `the role ${roleNameOf(captured.roleArn)} lacks rights although Cinch gave them: a permissions boundary or a deny keeps them off`,
          );
        if (isCode(error, 'InvalidParameterValueException'))
          throw new Refused(`Lambda does not take ${granting.name(step)}: does what it names exist, in this region?`);
        throw error;
      }
    },

    verify: async (deps, step, captured, receipt) => {
      const wrong = await plain.verify(deps, step, captured, receipt);
      const { grant, target } = grantingOf(step);
      if (wrong !== undefined || grant === null) return wrong;
      const clients = clientsFor(deps, target, 'write');
      const holds = await isSeen(deps.clock, async () =>
        isSameJson(await readInline(clients, roleNameOf(captured.roleArn), granting.policyName(step)), grantText(grant)),
      );
      return holds ? undefined : `the role lacks the inline policy ${granting.policyName(step)}`;
    },

    undo: async (deps, step, captured, receipt) => {
      const lines = await plain.undo(deps, step, captured, receipt);
      const { grant, target } = grantingOf(step);
      if (grant === null) return lines;
      const clients = clientsFor(deps, target, 'undo');
      const kept = await undoGrant(deps, clients, granting.policyName(step), grantText(grant), captured, lines.length > 0);
      return kept === undefined ? lines : [...lines, kept];
    },
  };
}

/** @throws StateMoved when the function, or its qualifier, is gone. */
async function readRole<K extends GrantingKind, V>(
  deps: StepDeps,
  clients: MemberClients,
  granting: Granting<K, V>,
  step: StepOf<K>,
): Promise<string> {
  const invoked = await granting.functionOf(deps, clients, step);
  try {
    return (await clients.lambda.send(new GetFunctionConfigurationCommand(invoked))).Role ?? '';
  } catch (error) {
    if (!isGone(error)) throw error;
    throw new StateMoved(`${[invoked.FunctionName, invoked.Qualifier].filter(Boolean).join(':')} no longer exists`);
  }
}

type Role = Pick<Captured<unknown>, 'roleArn' | 'policyText'>;

async function applyGrant(
  deps: StepDeps,
  clients: MemberClients,
  { kind, target }: GrantingOf,
  policyName: string,
  wanted: string,
  { roleArn, policyText: former }: Role,
): Promise<void> {
  const role = roleNameOf(roleArn);
  const now = await readInline(clients, role, policyName);
  if (isSameJson(now, wanted)) return;
  if (now !== former) throw new StateMoved(`somebody changed the inline policy ${policyName} of ${role} meanwhile`);
  refuseBeyondCeiling(kind, target.account, policyName, wanted);
  await writeInline(deps, clients, role, policyName, wanted);
  await deps.clock.sleep((await deps.config.read()).secrets.iamPropagationSeconds * 1000);
}

/** Answers why it stays, or undefined. */
async function undoGrant(
  deps: StepDeps,
  clients: MemberClients,
  policyName: string,
  given: string,
  { roleArn, policyText: former }: Role,
  isNeeded: boolean,
): Promise<string | undefined> {
  const role = roleNameOf(roleArn);
  const now = await readInline(clients, role, policyName);
  if (now === null || now === former) return undefined;
  if (!isSameJson(now, given)) return `somebody changed the inline policy ${policyName} of ${role} since`;
  if (isNeeded) return `the inline policy ${policyName} of ${role} stays: what somebody set since may need it`;
  await writeInline(deps, clients, role, policyName, null);
  return undefined;
}
