import type { Statement } from '../../model/policy-document.ts';
import type { FunctionUrl } from '../../model/state.ts';
import { conditionTests } from '../../policy/condition-operators.ts';
import { matchesAction } from '../../policy/wildcards.ts';

/**
 * Whether a statement opens a function's URL: since October 2025 that takes lambda:InvokeFunctionUrl and also lambda:InvokeFunction with
 * lambda:InvokedViaFunctionUrl (https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html).
 */
export function speaksOfUrl(statement: Statement): boolean {
  if (statement.actions.some((action) => matchesAction(action, 'lambda:InvokeFunctionUrl') && !action.includes('*'))) return true;
  return conditionTests(statement).some(
    ({ key, values }) =>
      key === 'lambda:functionurlauthtype' ||
      (key === 'lambda:invokedviafunctionurl' && values.some((value) => value.toLowerCase() === 'true')),
  );
}

/**
 * Whether nobody can use a statement but by a URL: it allows InvokeFunctionUrl only, or only requests that carry lambda:InvokedViaFunctionUrl,
 * which no other way sets. While there is no URL, it lets nobody in.
 */
function worksByUrlOnly(statement: Statement): boolean {
  const { actions } = statement;
  if (actions.length > 0 && actions.every((action) => action.toLowerCase() === 'lambda:invokefunctionurl')) return true;
  return conditionTests(statement).some(
    ({ key, operator, values, holdsWhenMissing }) =>
      key === 'lambda:invokedviafunctionurl' &&
      (operator === 'Bool' || operator === 'StringEquals') &&
      !holdsWhenMissing &&
      values.every((value) => value.toLowerCase() === 'true'),
  );
}

/**
 * Whether the rules on URLs tell a statement, so that the rule on policies need not: all that speaks of a URL that answers everybody, and
 * what a deleted URL left behind where nobody can use it until somebody makes the next one.
 */
export function isToldOfUrl(statement: Statement, urls: readonly FunctionUrl[], qualifier: string | null): boolean {
  const own = urls.filter((url) => url.qualifier === qualifier);
  if (own.length === 0) return worksByUrlOnly(statement);
  return speaksOfUrl(statement) && own.some(({ authType }) => authType === 'NONE');
}
