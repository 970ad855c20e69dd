import type { Resource } from '../../../shared/model/resource.ts';
import type { AttachedPolicy, FunctionFacts, NamedPolicy, RoleFacts, UserFacts } from '../../../shared/model/state.ts';
import { type Answering, type Asked, type Reply, xml, xmlError } from './reply.ts';
import { lastPart, pathAndName, tagList } from './template.ts';

const gone = xmlError('NoSuchEntity');
const LAMBDA_TRUST =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}';
const KEY = 'AKIAEXAMPLEEXAMPLE00';
const LONG_AGO = '2025-01-02T03:04:05.000Z';
const BOUNDARY = 'arn:aws:iam::222222222222:policy/boundary';

type Answers = Readonly<Record<string, (input: Asked['input']) => object | undefined>>;

/** Of a table of actions; what answers nothing is gone. */
const answering =
  (answers: Answers): Answering =>
  ({ operation, input }): Reply | undefined => {
    const answer = answers[operation];
    if (!answer) return undefined;
    const result = answer(input);
    if (!result) return gone;
    const parts = { [`${operation}Result`]: result, ResponseMetadata: { RequestId: 'r' } };
    return xml(`${operation}Response`, parts, 'member');
  };

/** IAM answers documents URL-encoded. */
const encoded = (text: string): string => encodeURIComponent(text);

function inlineAnswers(inline: readonly NamedPolicy[], kind: 'Role' | 'User'): Answers {
  return {
    [`List${kind}Policies`]: () => ({ PolicyNames: inline.map(({ name }) => name), IsTruncated: false }),
    [`Get${kind}Policy`]: ({ PolicyName }) => {
      const found = inline.find(({ name }) => name === PolicyName);
      return found && { PolicyName, PolicyDocument: encoded(found.document.text) };
    },
  };
}

function managedAnswers(attached: readonly AttachedPolicy[], boundary: Documented | undefined, kind: 'Role' | 'User'): Answers {
  const all: readonly Documented[] = [...attached, ...(boundary ? [boundary] : [])];
  const find = (arn: unknown) => all.find((one) => one.arn === arn);
  return {
    [`ListAttached${kind}Policies`]: () => ({
      AttachedPolicies: attached.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })),
      IsTruncated: false,
    }),
    GetPolicy: ({ PolicyArn }) => find(PolicyArn) && { Policy: { Arn: PolicyArn, DefaultVersionId: 'v3' } },
    GetPolicyVersion: ({ PolicyArn }) => {
      const found = find(PolicyArn);
      return found && { PolicyVersion: { VersionId: 'v3', Document: encoded(found.document.text) } };
    },
  };
}
type Documented = Pick<AttachedPolicy, 'arn' | 'document'>;

/** Of a function: the policies of its role, and whether the principals of its tags are there. */
export function iamOfFunction({ rolePolicies = [], taggedPrincipals = [] }: Partial<FunctionFacts>): Answering {
  const existing = (kind: 'role' | 'user', name: unknown) => {
    const found = taggedPrincipals.find(({ arn }) => arn.includes(`:${kind}/`) && lastPart(arn) === name);
    return found?.exists ? found.arn : undefined;
  };
  return answering({
    ...inlineAnswers(rolePolicies, 'Role'),
    ...managedAnswers([], undefined, 'Role'),
    GetUser: ({ UserName }) => {
      const arn = existing('user', UserName);
      return arn ? { User: { UserName, Arn: arn, CreateDate: LONG_AGO } } : undefined;
    },
    GetRole: ({ RoleName }) => {
      const arn = existing('role', RoleName);
      return arn ? { Role: { RoleName, Arn: arn, CreateDate: LONG_AGO } } : undefined;
    },
  });
}

export function iamOfRole(facts: Partial<RoleFacts>, resource: Resource<'role'>): Answering {
  const boundaryArn = facts.permissionsBoundaryArn ?? (facts.boundary ? BOUNDARY : undefined);
  const boundary = facts.boundary && boundaryArn ? { arn: boundaryArn, document: facts.boundary } : undefined;
  return answering({
    ...inlineAnswers(facts.inlinePolicies ?? [], 'Role'),
    ...managedAnswers(facts.attachedPolicies ?? [], boundary, 'Role'),
    GetRole: ({ RoleName }) => ({
      Role: {
        RoleName,
        Path: facts.path ?? pathAndName(resource).path,
        Arn: resource.arn,
        CreateDate: facts.createdAt ?? LONG_AGO,
        AssumeRolePolicyDocument: encoded(facts.trustPolicy?.text ?? LAMBDA_TRUST),
        Tags: facts.tags && tagList(facts.tags),
        PermissionsBoundary: boundaryArn && {
          PermissionsBoundaryType: 'Policy',
          PermissionsBoundaryArn: boundaryArn,
        },
      },
    }),
    GenerateServiceLastAccessedDetails: () => ({ JobId: 'job-1' }),
    GetServiceLastAccessedDetails: () => ({
      JobStatus: 'COMPLETED',
      ServicesLastAccessed: (facts.serviceAccess ?? []).map(({ service, lastUsed, actions }) => ({
        ServiceName: service,
        ServiceNamespace: service,
        LastAuthenticated: lastUsed,
        TotalAuthenticatedEntities: lastUsed ? 1 : 0,
        TrackedActionsLastAccessed: actions?.map((one) => ({
          ActionName: one.name,
          LastAccessedTime: one.lastUsed,
        })),
      })),
      IsTruncated: false,
    }),
  });
}

/** Who can sign in has an access key, which was used last; who can't once had a password. */
export function iamOfUser(facts: Partial<UserFacts>, resource: Resource<'user'>): Answering {
  const { canSignIn = true, lastActive = null } = facts;
  const boundary = facts.boundary ? { arn: BOUNDARY, document: facts.boundary } : undefined;
  return answering({
    ...inlineAnswers(facts.inlinePolicies ?? [], 'User'),
    ...managedAnswers(facts.attachedPolicies ?? [], boundary, 'User'),
    ListGroupsForUser: () => ({ Groups: [], IsTruncated: false }),
    GetUser: ({ UserName }) => ({
      User: {
        UserName,
        Arn: resource.arn,
        Path: pathAndName(resource).path,
        CreateDate: facts.createdAt ?? LONG_AGO,
        PasswordLastUsed: canSignIn ? undefined : lastActive,
        Tags: facts.tags && tagList(facts.tags),
        PermissionsBoundary: boundary && { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundary.arn },
      },
    }),
    ListAccessKeys: () => ({
      AccessKeyMetadata: [{ AccessKeyId: KEY, Status: canSignIn ? 'Active' : 'Inactive', CreateDate: LONG_AGO }],
      IsTruncated: false,
    }),
    GetAccessKeyLastUsed: () => ({ AccessKeyLastUsed: { LastUsedDate: lastActive, ServiceName: 'N/A', Region: 'N/A' } }),
    GetLoginProfile: () => undefined,
  });
}
