import type { Statement } from '../../model/policy-document.ts';
import type { PermissionStatement } from '../../model/step.ts';

/** A statement as a step carries it; undefined without a Sid, by which alone RemovePermission finds it. AWS answers without blanks, so this is its text. */
export function permissionStatement({ sid, source }: Statement): PermissionStatement | undefined {
  return sid === null ? undefined : { sid, text: JSON.stringify(source) };
}

/** Who a statement speaks of, for people. */
export function principalsOf({ principals, notPrincipals }: Statement): string {
  const named = (list: Statement['principals']) => list.flatMap(({ type, values }) => (type === '*' ? ['*'] : values)).join(', ');
  return notPrincipals.length > 0 ? `everybody but ${named(notPrincipals)}` : named(principals);
}
