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

/** Whether a URL of this qualifier answers everybody: then its statements are the URL rule's, else the policy rule's. */
export const hasOpenUrl = (urls: readonly FunctionUrl[], qualifier: string | null): boolean =>
  urls.some((url) => url.authType === 'NONE' && url.qualifier === qualifier);
