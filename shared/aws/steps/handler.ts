import type { ConfigSource } from '../../flows/ports.ts';
import { MalformedInput } from '../../model/errors.ts';
import type { Resource } from '../../model/resource.ts';
import type { StepKind, StepOf } from '../../model/step.ts';
import type { MemberAccess, MemberClients, MemberRole } from '../member.ts';
import type { Retrying } from '../retry.ts';

export interface StepDeps extends Retrying {
  readonly members: MemberAccess;
  readonly config: ConfigSource;
  /** A new unique id: marks what one plan made in an account. */
  readonly id: () => string;
  /** The folder with the layers' zips: `secret-resolver-x86_64.zip`, `tmp-cleaner-arm64.zip` and the like. */
  readonly layerFolder: string;
  /** The ledger's role index: says who else may use a role that undo wants to delete. */
  readonly functionsOfRole: (roleArn: string) => Promise<readonly Resource<'function'>[]>;
}

/** One kind of step. `C` and `R` are JSON; the contract of each member is StepRunner's in flows/ports.ts. */
export interface StepHandler<K extends StepKind, C, R> {
  capture(deps: StepDeps, step: StepOf<K>): Promise<C>;
  apply(deps: StepDeps, step: StepOf<K>, captured: C): Promise<R>;
  verify(deps: StepDeps, step: StepOf<K>, captured: C, receipt: R): Promise<string | undefined>;
  undo(deps: StepDeps, step: StepOf<K>, captured: C, receipt: R | undefined): Promise<string[]>;
}

/** A handler for every kind of a family: a new kind does not compile without one. What it captures is its own business. */
export type HandlersOf<S extends { readonly kind: string }> = { readonly [K in S['kind']]: unknown };

export const clientsFor = (deps: StepDeps, resource: Resource, role: MemberRole): MemberClients =>
  deps.members.clients(resource.account, resource.region, role);

/** What comes back from the vault is at least an object, or nothing is written. @throws MalformedInput */
export function requireObject(value: unknown, what: string): object {
  if (typeof value !== 'object' || value === null) throw new MalformedInput(what, 'value', 'not an object');
  return value;
}
