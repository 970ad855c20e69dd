import type { Statement } from '../../model/policy-document.ts';
import type { RuleContext } from '../../model/rule.ts';
import type { Home } from '../../policy/caller-reach.ts';
import { type Exposure, judgeStatement } from '../../policy/public-access.ts';

/** What is kept of the resource that is judged right now: several rules, one after another, ask about the same statements. */
interface Kept {
  readonly context: RuleContext;
  readonly home: Home;
  readonly exposures: Map<Statement, Exposure>;
}
let kept: Kept | undefined;

function keptFor(context: RuleContext): Kept {
  if (kept?.context === context) return kept;
  const { resource, settings } = context;
  const { organizationId, allowedAccounts } = settings;
  kept = { context, home: { account: resource.account, organizationId, allowedAccounts }, exposures: new Map() };
  return kept;
}

/** Whose accounts are one's own, for the resource that is judged. */
export const homeOf = (context: RuleContext): Home => keptFor(context).home;

/** To whom a statement of a resource policy opens it, seen from the resource that is judged. */
export function exposureOf(statement: Statement, context: RuleContext): Exposure {
  const { home, exposures } = keptFor(context);
  const known = exposures.get(statement);
  if (known !== undefined) return known;
  const exposure = judgeStatement(statement, home);
  exposures.set(statement, exposure);
  return exposure;
}
