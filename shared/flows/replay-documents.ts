import { textOrNull } from '../events/fields.ts';
import type { PolicyDocument, Statement } from '../model/policy-document.ts';
import type { Evidence, RuleSettings, Severity } from '../model/rule.ts';
import type { QualifiedPolicy } from '../model/state.ts';
import { isUnknown } from '../model/unknown.ts';
import { analyzeGrants } from '../policy/analyze-grants.ts';
import { type ConditionTest, conditionTests } from '../policy/condition-operators.ts';
import { judgeStatement } from '../policy/public-access.ts';
import { hasWildcard, matchesAction } from '../policy/wildcards.ts';
import { isForPeople, isForRuntime } from '../rules/parts/managed-policies.ts';
import { placeIn } from '../rules/parts/permission-statement.ts';
import type { Halves } from './replay-function-calls.ts';
import { documentOf } from './replay-role-calls.ts';

/** What one document in a record says by itself, whatever else its resource has. */
export interface DocumentFinding {
  readonly id: string;
  readonly severity: Severity;
  readonly message: string;
  readonly evidence: readonly Evidence[];
}

/** The findings of a call's document, and whether the record tells too little of it. */
export interface DocumentVerdict {
  readonly findings: readonly DocumentFinding[];
  /** What the live state must tell of it. */
  readonly lookup: readonly string[];
  /** Facts that the live state need not tell, because of the verdict. */
  readonly settles: readonly string[];
}

const NOTHING: DocumentVerdict = { findings: [], lookup: [], settles: [] };

type Home = Pick<RuleSettings, 'allowedAccounts' | 'organizationId'> & { readonly account: string };

/** @param name canonical */
export function judgeDocumentsOf(
  name: string,
  halves: Halves,
  told: Readonly<Record<string, unknown>>,
  home: Home,
): DocumentVerdict {
  const { request } = halves;
  switch (name) {
    case 'AddPermission':
      return judgePermissions((told.resourcePolicies as readonly QualifiedPolicy[] | undefined) ?? [], home);
    case 'CreateRole':
    case 'UpdateAssumeRolePolicy':
      return judgeTrust(told.trustPolicy as PolicyDocument | undefined, home);
    case 'PutRolePolicy':
      return judgeGrants(documentOf(request, 'policyDocument'), textOrNull(request, 'policyName') ?? 'inline policy');
    case 'CreatePolicy':
      return judgeGrants(documentOf(request, 'policyDocument'), textOrNull(request, 'policyName') ?? 'policy');
    case 'CreatePolicyVersion':
      return judgeVersion(halves);
    case 'AttachRolePolicy':
      return judgeAttached(textOrNull(request, 'policyArn') ?? '');
    default:
      return NOTHING;
  }
}

function judgePermissions(policies: readonly QualifiedPolicy[], home: Home): DocumentVerdict {
  const judged = policies.flatMap(({ document }) =>
    document.statements.map((statement) => ({ statement, exposure: judgeStatement(statement, home) })),
  );
  return {
    findings: judged.flatMap(({ statement, exposure }) => {
      if (isUnknown(exposure) || exposure === 'private') return [];
      const [kind, severity, message] = ofExposure(exposure, statement);
      const found = `${statement.actions.join(', ')} for ${namesOf(statement).join(', ')}`;
      return [
        {
          id: `resource-policy:${kind}`,
          severity,
          message,
          evidence: [{ path: `statement ${statement.sid ?? ''}`.trim(), found }],
        },
      ];
    }),
    lookup: judged.some(({ exposure }) => isUnknown(exposure)) ? ['resourcePolicies'] : [],
    settles: [],
  };
}

type Open = 'public' | 'cross-account' | 'service-without-source';

function ofExposure(exposure: Open, statement: Statement): [kind: string, severity: Severity, message: string] {
  if (exposure === 'public') return ['public', 'critical', 'anybody may invoke it'];
  if (exposure === 'cross-account') return ['cross-account', 'high', 'another account may invoke it'];
  const s3 =
    namesOf(statement).includes('s3.amazonaws.com') && conditionTests(statement).some(({ key }) => key === 'aws:sourcearn');
  if (s3)
    return ['s3-without-source-account', 'high', "a bucket's name alone lets it invoke: whoever owns the name next may too"];
  return ['service-without-source', 'high', 'an AWS service may invoke it on behalf of anybody'];
}

const namesOf = (statement: Statement): string[] =>
  statement.notPrincipals.length > 0 ? ['all but some principals'] : statement.principals.flatMap(({ values }) => values);

/** Who may become the role. Services and identity providers are the rules' business, which know what they are for. */
function judgeTrust(document: PolicyDocument | undefined, home: Home): DocumentVerdict {
  if (!document) return NOTHING;
  const findings = document.statements.flatMap((statement, index): DocumentFinding[] => {
    if (statement.effect === 'Deny' || !statement.actions.some((action) => matchesAction(action, 'sts:AssumeRole'))) return [];
    const tests = conditionTests(statement);
    const evidence = [{ path: `trust policy: ${placeIn(statement, index)}`, found: namesOf(statement).join(', ') }];
    const exposure = judgeStatement(statement, home);
    if (isEverybody(statement)) {
      if (exposure === 'private' || exposure === 'cross-account') return foreign(exposure === 'cross-account', true, evidence);
      if (isUnknown(exposure) && tests.some(namesOrganization)) return [];
      if (tests.length === 0) return [{ id: 'trust:public', severity: 'critical', message: 'anybody may assume it', evidence }];
      const keys = [...new Set(tests.map(({ key }) => key))].join(', ');
      const message = `anybody may assume it who meets its condition on ${keys}`;
      return [{ id: 'trust:public-with-condition', severity: 'high', message, evidence }];
    }
    const limited = tests.some(({ key, negated }) => !negated && (key === 'sts:externalid' || key.startsWith('aws:principal')));
    return foreign(namesForeign(statement, home, exposure === 'cross-account'), limited, evidence);
  });
  return { ...NOTHING, findings };
}

/** Limited to an organization, and nobody said which one is one's own. */
const namesOrganization = ({ key, negated, holdsWhenMissing }: ConditionTest): boolean =>
  !negated && !holdsWhenMissing && /^aws:principalorg(id|paths)$/.test(key);

const isEverybody = ({ principals, notPrincipals }: Statement): boolean =>
  notPrincipals.length > 0 || principals.some(({ type, values }) => type === '*' || (type === 'AWS' && values.some(hasWildcard)));

/** A condition that can't be judged hides no account that is named. */
function namesForeign(statement: Statement, home: Home, judgedForeign: boolean): boolean {
  const aws = statement.principals.filter(({ type }) => type === 'AWS');
  return (
    judgedForeign ||
    (aws.length > 0 && judgeStatement({ ...statement, principals: aws, conditions: {} }, home) === 'cross-account')
  );
}

function foreign(isForeign: boolean, limited: boolean, evidence: readonly Evidence[]): DocumentFinding[] {
  if (!isForeign) return [];
  const message = limited ? 'another account may assume it, under a condition' : 'another account may assume it';
  return [{ id: 'trust:cross-account', severity: limited ? 'low' : 'high', message, evidence }];
}

const MAX_ACTIONS = 8;

function judgeGrants(document: PolicyDocument | undefined, name: string): DocumentVerdict {
  if (!document) return NOTHING;
  const findings = analyzeGrants([{ name, document }]).map(({ id, severity, message, places, actions }) => {
    const found =
      actions.length > MAX_ACTIONS ? [...actions.slice(0, MAX_ACTIONS), `${actions.length - MAX_ACTIONS} more`] : actions;
    const evidence = places.map((place) => ({
      path: `${place.document}: statement ${place.statement + 1}`,
      found: found.join(', '),
    }));
    return { id, severity, message, evidence };
  });
  return { ...NOTHING, findings };
}

/** A version that is not made the default grants nothing yet: SetDefaultPolicyVersion is an event of its own. */
function judgeVersion({ request }: Halves): DocumentVerdict {
  if (request?.setAsDefault !== true) return NOTHING;
  return judgeGrants(documentOf(request, 'policyDocument'), nameOfArn(textOrNull(request, 'policyArn') ?? ''));
}

const nameOfArn = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1) || 'policy';

const SETTLED: DocumentVerdict = { ...NOTHING, settles: ['attachedPolicies'] };
const AWS_MANAGED = /^arn:aws[a-z-]*:iam::aws:policy\/(?:[\w+=,.@-]+\/)*([\w+=,.@-]+)$/;
/** Made for functions: it reads one source and writes logs. */
const OF_FUNCTIONS = /^AWSLambda\w+ExecutionRole$|^AWSDenyAll$/;

/** AWS's own policies are known by their names; what another one grants only the live state tells. */
function judgeAttached(arn: string): DocumentVerdict {
  const [, name] = AWS_MANAGED.exec(arn) ?? [];
  const evidence = [{ path: 'attached policy', found: name ?? arn }];
  if (name === undefined) return NOTHING;
  if (isForRuntime(name) || OF_FUNCTIONS.test(name)) return SETTLED;
  const said = BY_NAME.get(name) ?? (isForPeople(name) || name.startsWith('AdministratorAccess-') ? FOR_PEOPLE : undefined);
  if (!said) return NOTHING;
  const [id, severity, what] = said;
  return { ...SETTLED, findings: [{ id, severity, message: `${name} ${what}`, evidence }] };
}

type Said = readonly [id: string, severity: Severity, what: string];

const FOR_PEOPLE: Said = ['wildcard-action', 'medium', 'grants whole services'];
const BY_NAME: ReadonlyMap<string, Said> = new Map([
  ['AdministratorAccess', ['admin', 'critical', 'makes it an administrator']],
  ['IAMFullAccess', ['privilege-escalation', 'critical', 'lets it give itself anything']],
  ['PowerUserAccess', ['notaction', 'high', 'grants all but IAM and Organizations']],
  ['ReadOnlyAccess', ['data-exfiltration', 'medium', 'reads all data of the account']],
  ['SecretsManagerReadWrite', ['credentials-exposure', 'high', 'reads every secret of the account']],
]);
