import type { AttachedPolicy, NamedPolicy } from './role-facts.ts';

/** Everything a rule can see of an IAM user. Users are looked at by sweep and scan only: no event of theirs is watched. */
export interface UserFacts {
  /** ISO. */
  readonly createdAt: string;
  /** GetUser's PasswordLastUsed and GetAccessKeyLastUsed of each active key, the latest of them, ISO; null when none was ever used. */
  readonly lastActive: string | null;
  /** Whether it has a console password (GetLoginProfile) or an active access key (ListAccessKeys). */
  readonly canSignIn: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** Its own and its groups' inline policies (ListUserPolicies, ListGroupsForUser, ListGroupPolicies). */
  readonly inlinePolicies: readonly NamedPolicy[];
  /** Its own and its groups' attached ones. */
  readonly attachedPolicies: readonly AttachedPolicy[];
  readonly boundary: NamedPolicy['document'] | null;
}
