import type { FunctionFacts } from '../../model/state.ts';

type CallerFacts = Pick<FunctionFacts, 'resourcePolicies' | 'urls' | 'queues' | 'otherSources'>;

const API_GATEWAY = 'apigateway.amazonaws.com';

/** Whether API Gateway is the only caller that the function's configuration names. Callers with rights of their own leave no trace in it. */
export function isApiOnly(facts: CallerFacts): boolean {
  if (facts.urls.length > 0 || facts.queues.length > 0 || facts.otherSources) return false;
  const allowed = facts.resourcePolicies
    .flatMap((policy) => policy.document.statements)
    .filter((statement) => statement.effect === 'Allow');
  return (
    allowed.length > 0 &&
    allowed.every(
      ({ principals, notPrincipals }) =>
        notPrincipals.length === 0 &&
        principals.length > 0 &&
        principals.every(({ type, values }) => type === 'Service' && values.every((value) => value === API_GATEWAY)),
    )
  );
}
