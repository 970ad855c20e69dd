import type { RuleContext, Violation } from '../../model/rule.ts';
import type { AttachedPolicy, RoleFacts } from '../../model/state.ts';
import { analyzeGrants } from '../../policy/analyze-grants.ts';
import { broadGrants, deniesOf, serviceOfWildcard } from '../../policy/breadth.ts';
import type { NamedDocument, PolicyFinding, PolicyFindingId, StatementPlace } from '../../policy/finding.ts';
import { matchesAction } from '../../policy/wildcards.ts';
import { byHand } from './by-hand.ts';
import { concernsLambda, placeOf, policyCommand, roleAdvice, roleDocuments, statementAt } from './lambda-role.ts';
import { isForPeople, isForRuntime } from './managed-policies.ts';
import { listed } from './words.ts';

/** What every rule on the rights of a role reads. */
export const GRANT_NEEDS = ['path', 'trustPolicy', 'usedBy', 'tags', 'inlinePolicies', 'attachedPolicies', 'boundary'] as const;
export type GrantFacts = Pick<RoleFacts, (typeof GRANT_NEEDS)[number]>;

/** What `cinch policy` finds in the policies of a role, and what of it broader findings already say. */
export interface RoleGrants {
  readonly documents: readonly NamedDocument[];
  readonly findings: readonly PolicyFinding[];
  /** Statements that make the role an administrator: iam-role-overbroad's finding. */
  readonly admin: readonly StatementPlace[];
}

/** Several rules ask the same of the same role, one after the other: the last answer, by the policies that it was made from. */
const answered = new WeakMap<GrantFacts['inlinePolicies'], Pick<GrantFacts, 'attachedPolicies' | 'boundary'> & RoleGrants>();

export function roleGrants(state: GrantFacts): RoleGrants {
  const { inlinePolicies, attachedPolicies, boundary } = state;
  const before = answered.get(inlinePolicies);
  if (before?.attachedPolicies === attachedPolicies && before.boundary === boundary) return before;
  const documents = roleDocuments(state);
  const findings = analyzeGrants(documents, { boundary: boundary ?? undefined });
  const grants = { attachedPolicies, boundary, documents, findings, admin: adminPlaces(documents) };
  answered.set(inlinePolicies, grants);
  return grants;
}

function adminPlaces(documents: readonly NamedDocument[]): StatementPlace[] {
  const denies = documents.flatMap(({ document }) => deniesOf(document.statements));
  return documents.flatMap(({ name, document }) =>
    broadGrants(document.statements, denies)
      .filter(({ kind }) => kind === 'admin')
      .map(({ statement }) => ({ document: name, statement })),
  );
}

/** How a rule tells the findings that it is about. */
export interface GrantWords {
  readonly ids: readonly PolicyFindingId[];
  /** Starts the summary; the actions follow. */
  readonly summary: string;
  readonly expected: string;
  readonly why: string;
  /** Without a full stop: the command follows. */
  readonly instruction: string;
  /** Passes over what another rule says of a whole service, of a policy made for people, or of AWS's policies for Lambda's own needs. */
  readonly leavesToBroader?: true;
  /** Actions that alone are nothing to tell. */
  readonly unlessOnly?: readonly string[];
}

/** The findings of these ids, without the statements that make the role an administrator. */
export function judgeGrants(state: GrantFacts, { resource }: RuleContext<'role'>, words: GrantWords): Violation | undefined {
  if (!concernsLambda(state)) return undefined;
  const grants = roleGrants(state);
  const findings = grants.findings
    .filter(({ id }) => words.ids.includes(id))
    .map((finding) => ({ finding, places: finding.places.filter((place) => isOwn(place, finding, grants, state, words)) }))
    .filter(({ places }) => places.length > 0);
  if (findings.length === 0) return undefined;
  const evidence = findings.flatMap(({ finding, places }) =>
    places.map((place) => ({
      path: placeOf(grants.documents, place),
      found: some(actionsAt(place, finding, grants)),
      expected: words.expected,
    })),
  );
  return {
    summary: `${words.summary} (${some([...new Set(findings.flatMap(({ finding, places }) => places.flatMap((place) => actionsAt(place, finding, grants))))])})`,
    evidence,
    remedy: byHand(
      words.why,
      `${words.instruction}: ${policyCommand(
        resource,
        state.attachedPolicies,
        findings.flatMap(({ places }) => places),
      )}.`,
    ),
    advice: roleAdvice(state),
  };
}

function isOwn(place: StatementPlace, finding: PolicyFinding, grants: RoleGrants, state: GrantFacts, words: GrantWords): boolean {
  if (finding.id !== 'notaction' && finding.id !== 'notresource' && isAmong(grants.admin, place)) return false;
  if (words.unlessOnly && finding.actions.every((action) => words.unlessOnly?.includes(action))) return false;
  if (!words.leavesToBroader) return true;
  const policy = state.attachedPolicies.find(({ name }) => place.document === `attached policy ${name}`);
  if (policy?.awsManaged && (isForPeople(policy.name) || isForLambda(policy))) return false;
  return actionsAt(place, finding, grants).some((pattern) => serviceOfWildcard(pattern) === undefined);
}

/** AWS's own policies for what Lambda does in the name of a function: AWSLambdaSQSQueueExecutionRole takes messages from any queue. */
const isForLambda = ({ name }: AttachedPolicy): boolean => isForRuntime(name) || /^AWSLambda\w+ExecutionRole$/.test(name);

const isAmong = (places: readonly StatementPlace[], { document, statement }: StatementPlace): boolean =>
  places.some((one) => one.document === document && one.statement === statement);

/** Of a finding's actions those that this statement gives, as it writes them. */
function actionsAt(place: StatementPlace, { actions }: PolicyFinding, { documents }: RoleGrants): readonly string[] {
  const statement = statementAt(documents, place);
  if (statement === undefined) return [];
  if (statement.notActions.length > 0) return ['NotAction'];
  const written = new Set(actions.map((action) => action.toLowerCase()));
  const own = statement.actions.filter(
    (pattern) => written.has(pattern.toLowerCase()) || actions.some((action) => matchesAction(pattern, action)),
  );
  return own.length > 0 ? own : statement.actions;
}

const some = (actions: readonly string[]): string =>
  actions.length > 8 ? `${actions.slice(0, 8).join(', ')} and ${actions.length - 8} more` : listed(actions);
