import {
  AddLayerVersionPermissionCommand,
  type AddLayerVersionPermissionCommandInput,
  GetLayerVersionPolicyCommand,
  RemoveLayerVersionPermissionCommand,
} from '@aws-sdk/client-lambda';
import { Refused, StateMoved, TryAgain } from '../../../model/errors.ts';
import type { StepOf } from '../../../model/step.ts';
import { isCode, isGone } from '../../aws-error.ts';
import type { MemberClients } from '../../member.ts';
import { isSameJson } from '../canonical-json.ts';
import { fieldStep, type Held } from '../field-step.ts';
import type { StepHandler } from '../handler.ts';
import { permissionInput, statementTexts } from './permission-statement.ts';

type RemoveLayerPermission = StepOf<'remove-layer-permission'>;
type LayerPermission = Pick<AddLayerVersionPermissionCommandInput, 'StatementId' | 'Action' | 'Principal' | 'OrganizationId'>;

const ACCOUNT = /^(?:arn:[\w-]+:iam::)?(\d{12})(?::root)?$/;

/** The call that would put exactly this statement back, or undefined: AddLayerVersionPermission knows accounts, everybody and one organization only. */
export function layerPermissionInput(statementText: string): LayerPermission | undefined {
  const { StatementId, Action, Principal = '', PrincipalOrgID, ...more } = permissionInput(statementText) ?? {};
  if (StatementId === undefined || Action !== 'lambda:GetLayerVersion' || Object.keys(more).length > 0) return undefined;
  const principal = Principal === '*' ? '*' : ACCOUNT.exec(Principal)?.[1];
  // An organization goes with everybody only.
  if (principal === undefined || (PrincipalOrgID !== undefined && principal !== '*')) return undefined;
  return { StatementId, Action, Principal: principal, OrganizationId: PrincipalOrgID };
}

/** `arn:aws:lambda:eu-central-1:222222222222:layer:shared:7`: a function's layers lie in its region, and only its account's have a step. */
function addressOf({ layerArn }: RemoveLayerPermission): { LayerName: string; VersionNumber: number } {
  const [LayerName = '', version = ''] = layerArn.split(':').slice(6);
  return { LayerName, VersionNumber: Number(version) };
}

async function readPolicy(
  { lambda }: MemberClients,
  step: RemoveLayerPermission,
): Promise<{ text: string | null; revision: string | undefined }> {
  try {
    const { Policy: policy, RevisionId: revision } = await lambda.send(new GetLayerVersionPolicyCommand(addressOf(step)));
    return { text: statementTexts(policy).get(step.statement.sid) ?? null, revision };
  } catch (error) {
    // No policy at all, or no such version: either way the statement is not there.
    if (isGone(error)) return { text: null, revision: undefined };
    throw error;
  }
}

const nameOf = (step: RemoveLayerPermission): string => `the statement ${step.statement.sid} of ${step.layerArn}`;

const field = fieldStep<'remove-layer-permission', string | null>({
  name: nameOf,
  from: (step) => step.statement.text,
  to: () => null,
  read: async (_deps, clients, step) => (await readPolicy(clients, step)).text,
  write: async (_deps, clients, step, text, before) => {
    const { text: now, revision } = await readPolicy(clients, step);
    if (!isSameJson(now, before)) throw new StateMoved(`somebody changed ${nameOf(step)} meanwhile`);
    try {
      await writeStatement(clients, step, text, revision);
    } catch (error) {
      if (isGone(error)) throw new StateMoved(`${step.layerArn} no longer exists`);
      if (isCode(error, 'PreconditionFailedException'))
        throw new TryAgain(`the policy of ${step.layerArn} is being changed by somebody else`);
      throw error;
    }
  },
  same: isSameJson,
});

async function writeStatement(
  { lambda }: MemberClients,
  step: RemoveLayerPermission,
  text: string | null,
  RevisionId: string | undefined,
): Promise<void> {
  const at = { ...addressOf(step), RevisionId };
  if (text === null) {
    await lambda.send(new RemoveLayerVersionPermissionCommand({ ...at, StatementId: step.statement.sid }));
    return;
  }
  const input = layerPermissionInput(text);
  if (!input) throw new Refused(`AddLayerVersionPermission can't express ${nameOf(step)}`);
  await lambda.send(new AddLayerVersionPermissionCommand({ ...input, ...at }));
}

export const removeLayerPermission: StepHandler<'remove-layer-permission', Held<string | null>, Held<string | null>> = {
  ...field,
  capture: async (deps, step) => {
    const captured = await field.capture(deps, step);
    if (!layerPermissionInput(captured.value ?? ''))
      throw new Refused(`${nameOf(step)} could not be put back by AddLayerVersionPermission: remove it by hand`);
    return captured;
  },
};
