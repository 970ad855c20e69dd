import type { Principals, Statement } from '../model/policy-document.ts';
import { conditionTests } from './condition-operators.ts';

/** Identity providers that anybody can be a customer of, and the claims that say which customer (an audience that all share says nothing). */
const SHARED_PROVIDERS: readonly { readonly host: string; readonly claims: RegExp }[] = [
  { host: 'cognito-identity.amazonaws.com', claims: /^aud$/ },
  { host: 'accounts.google.com', claims: /^(aud|oaud|sub)$/ },
  { host: 'www.amazon.com', claims: /^(app_id|aud|user_id)$/ },
  { host: 'graph.facebook.com', claims: /^(app_id|id)$/ },
  // https://docs.github.com/en/actions/security-for-github-actions/security-hardening-your-deployments/about-security-hardening-with-openid-connect
  { host: 'token.actions.githubusercontent.com', claims: /^(sub|repository.*|job_workflow_ref|enterprise.*)$/ },
  { host: 'gitlab.com', claims: /^(sub|namespace_.*|project_.*)$/ },
  { host: 'app.terraform.io', claims: /^(sub|terraform_.*)$/ },
  { host: 'agent.buildkite.com', claims: /^(sub|organization_.*)$/ },
  { host: 'oidc.circleci.com', claims: /^(aud|sub|oidc\.circleci\.com\/project-id)$/ },
];

/** Whether a federated principal lets in every customer of a provider that many share. */
export function isOpenProvider({ type, values }: Principals, statement: Statement): boolean {
  if (type !== 'Federated') return false;
  return values.some((value) => {
    const host = value.slice(value.indexOf('oidc-provider/') < 0 ? 0 : value.indexOf('oidc-provider/') + 'oidc-provider/'.length);
    const provider = SHARED_PROVIDERS.find((one) => host === one.host || host.startsWith(`${one.host}/`));
    return provider !== undefined && !isLimited(provider, statement);
  });
}

function isLimited({ claims, host }: { host: string; claims: RegExp }, statement: Statement): boolean {
  return conditionTests(statement).some(
    ({ holdsWhenMissing, key, negated, values }) =>
      !negated &&
      !holdsWhenMissing &&
      key.startsWith(host) &&
      claims.test(key.slice(key.indexOf(':') + 1)) &&
      !values.some(isEveryCustomer),
  );
}

/** `*`, or a wildcard right after the kind: `repo:*`, `organization:*`. */
const isEveryCustomer = (value: string): boolean => /^([a-z_]+:)?\*/.test(value);
