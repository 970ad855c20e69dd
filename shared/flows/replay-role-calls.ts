import { isFields, textOrNull } from '../events/fields.ts';
import type { PolicyDocument } from '../model/policy-document.ts';
import type { RoleFacts, State } from '../model/state.ts';
import { parsePolicyDocument } from '../policy/parse.ts';
import { known } from './replay-configuration.ts';
import type { Halves, Telling } from './replay-function-calls.ts';

type Reader = (halves: Halves) => State<'role'>;
type Row = readonly [touches: readonly (keyof RoleFacts)[], read?: Reader];

const ROWS: Readonly<Record<string, Row>> = {
  CreateRole: [['trustPolicy', 'permissionsBoundaryArn'], newRoleOf],
  UpdateRole: [[]],
  DeleteRole: [[]],
  UpdateAssumeRolePolicy: [
    ['trustPolicy'],
    ({ request }) => known<RoleFacts>({ trustPolicy: documentOf(request, 'policyDocument') }),
  ],
  PutRolePolicy: [['inlinePolicies'], inlineOf],
  DeleteRolePolicy: [[]],
  AttachRolePolicy: [['attachedPolicies']],
  DetachRolePolicy: [[]],
  PutRolePermissionsBoundary: [['permissionsBoundaryArn', 'boundary'], boundaryOf],
  // Taking the boundary away gives the role all that its policies grant.
  DeleteRolePermissionsBoundary: [
    ['permissionsBoundaryArn', 'boundary', 'inlinePolicies', 'attachedPolicies'],
    () => ({ permissionsBoundaryArn: null, boundary: null }),
  ],
  TagRole: [['tags']],
  UntagRole: [['tags']],
};
const BY_NAME = new Map(Object.entries(ROWS));

/** Every call that is watched has its row: a test holds it. */
export const ROLE_CALLS: readonly string[] = Object.keys(ROWS);

/** What a call on a role can change, and what its record proves of that. */
export function tellOfRole(name: string, halves: Halves): Telling {
  const [touches = [], read] = BY_NAME.get(name) ?? [];
  return { touches, told: { ...read?.(halves) } };
}

/** A policy document of a request: JSON text, URL-encoded or not. Undefined when it is not there or can't be read. */
export function documentOf(request: Halves['request'], parameter: string): PolicyDocument | undefined {
  const text = textOrNull(request, parameter);
  if (text === null) return undefined;
  try {
    return parsePolicyDocument(text, parameter);
  } catch {
    // IAM took it, so it was cut off or hidden on its way here.
    return undefined;
  }
}

function newRoleOf(halves: Halves): State<'role'> {
  const { request, response } = halves;
  const answered = isFields(response?.role) ? response.role : undefined;
  const trustPolicy = documentOf(request, 'assumeRolePolicyDocument') ?? documentOf(answered, 'assumeRolePolicyDocument');
  return known<RoleFacts>({
    trustPolicy,
    // A record that lost its document may have lost this too.
    permissionsBoundaryArn: textOrNull(request, 'permissionsBoundary') ?? (trustPolicy ? null : undefined),
    path: textOrNull(request, 'path') ?? textOrNull(answered, 'path') ?? undefined,
  });
}

function inlineOf({ request }: Halves): State<'role'> {
  const document = documentOf(request, 'policyDocument');
  return document ? { inlinePolicies: [{ name: textOrNull(request, 'policyName') ?? 'inline policy', document }] } : {};
}

function boundaryOf({ request }: Halves): State<'role'> {
  return known<RoleFacts>({ permissionsBoundaryArn: textOrNull(request, 'permissionsBoundary') ?? undefined });
}

/** `rolesOfPolicy` is no fact of one resource: the roles that a managed policy hangs on. */
const POLICY_ROWS: ReadonlyMap<string, readonly string[]> = new Map([
  ['CreatePolicy', ['rolesOfPolicy']],
  ['CreatePolicyVersion', ['rolesOfPolicy']],
  ['SetDefaultPolicyVersion', ['rolesOfPolicy', 'policyDocument']],
  ['DeletePolicyVersion', []],
  ['DeletePolicy', []],
]);

export const POLICY_CALLS: readonly string[] = [...POLICY_ROWS.keys()];

/** What a call on a managed policy can change, and what its record proves of that. A version that is no default changes nothing. */
export function tellOfPolicy(name: string, { request }: Halves): Telling {
  const touches = POLICY_ROWS.get(name) ?? [];
  if (name === 'CreatePolicyVersion' && request?.setAsDefault !== true) return { touches: [], told: {} };
  const untold = name !== 'SetDefaultPolicyVersion' && touches.length > 0 && !documentOf(request, 'policyDocument');
  return { touches: untold ? [...touches, 'policyDocument'] : touches, told: {} };
}
