import { apiResource, type Resource, resourceFromArn } from '../model/resource.ts';
import type { QualifiedPolicy } from '../model/state.ts';
import { conditionTests } from '../policy/condition-operators.ts';

const API_GATEWAY = 'apigateway.amazonaws.com';

/** The APIs of its own account and region that a function's policy lets invoke it, by the execute-api ARNs in `aws:SourceArn`. */
export function apisOf(policies: readonly QualifiedPolicy[], account: string, region: string): Resource<'api'>[] {
  const ids = policies
    .flatMap(({ document }) => document.statements)
    .filter(
      ({ effect, principals }) =>
        effect === 'Allow' && principals.some(({ type, values }) => type === 'Service' && values.includes(API_GATEWAY)),
    )
    .flatMap((statement) => conditionTests(statement))
    .filter(({ key, negated }) => key === 'aws:sourcearn' && !negated)
    .flatMap(({ values }) => values.flatMap((arn) => resourceFromArn(arn) ?? []))
    .filter((api) => api.kind === 'api' && api.account === account && api.region === region)
    .map(({ name }) => name);
  return [...new Set(ids)].map((id) => apiResource(account, region, id));
}
