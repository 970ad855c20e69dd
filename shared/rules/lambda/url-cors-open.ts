import type { Resource } from '../../model/resource.ts';
import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts, FunctionUrl } from '../../model/state.ts';
import type { Step } from '../../model/step.ts';
import { lambdaCommand, qualifierOption } from '../parts/by-hand.ts';
import { lastingAdvice, listed, qualified } from '../parts/words.ts';

const NEEDS = ['urls', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

/** Lambda takes a star and a star after the scheme (https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html). */
const EVERY_ORIGIN = /^(https?:\/\/)?\*$/i;
const isEveryOrigin = (origin: string): boolean => EVERY_ORIGIN.test(origin.trim());
const isOpen = ({ cors }: FunctionUrl): boolean => cors?.allowCredentials === true && cors.allowOrigins.some(isEveryOrigin);

function evaluate({ urls, managedBy }: Seen, { resource }: RuleContext<'function'>): Violation | undefined {
  const open = urls.filter(isOpen);
  const [first] = open;
  if (first === undefined) return undefined;
  const command = lambdaCommand(
    resource,
    'update-function-url-config',
    `--cors AllowOrigins=https://app.example.com,AllowCredentials=true${qualifierOption(first.qualifier)}`,
  );
  return {
    summary: `the URL of ${listed(open.map(({ qualifier }) => qualified(qualifier)))} answers every web site with the visitor's credentials`,
    evidence: open.map(({ qualifier, cors }) => ({
      path: `URL of ${qualified(qualifier)}: Cors`,
      found: `AllowOrigins ${cors?.allowOrigins.join(', ') ?? ''} with AllowCredentials`,
      expected: 'named origins, or no credentials',
    })),
    remedy: {
      kind: 'steps',
      steps: open.flatMap((url) => narrowing(url, resource)),
      approvalBecause: 'only its owner knows which web sites call it',
    },
    advice: [`To name the web sites: ${command}.`, ...lastingAdvice(managedBy, 'name the origins')],
  };
}

/** Web sites that are named beside the star keep what they have; where none is, every web site does, without the visitor's credentials. */
function narrowing({ qualifier, cors: from }: FunctionUrl, target: Resource<'function'>): Step[] {
  if (from === null) return [];
  const named = from.allowOrigins.filter((origin) => !isEveryOrigin(origin));
  const to = named.length > 0 ? { ...from, allowOrigins: named } : { ...from, allowCredentials: false };
  return [{ kind: 'narrow-url-cors', target, qualifier, from, to }];
}

const url = (qualifier: string | null, allowCredentials: boolean, ...allowOrigins: string[]): FunctionUrl => ({
  qualifier,
  authType: 'AWS_IAM',
  cors: { allowOrigins, allowCredentials },
});

export default defineRule({
  id: 'lambda-url-cors-open',
  title: "A function's URL gives its answers with credentials to named web sites only",
  severity: 'medium',
  resource: 'function',
  checklist: ['wp-4', 'wa-SEC03-BP07'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'no URL', state: { urls: [], managedBy: null } },
      { name: 'no CORS', state: { urls: [{ qualifier: null, authType: 'NONE', cors: null }], managedBy: null } },
      { name: 'every origin without credentials', state: { urls: [url(null, false, '*')], managedBy: null } },
      { name: 'one origin with credentials', state: { urls: [url(null, true, 'https://app.example.com')], managedBy: null } },
    ],
    violates: [
      { name: 'every origin with credentials', state: { urls: [url(null, true, '*')], managedBy: null } },
      {
        name: 'every secure origin, of an alias under a stack',
        state: {
          urls: [url(null, false, '*'), url('live', true, 'https://app.example.com', 'https://*')],
          managedBy: { tool: 'SAM', stack: 'orders' },
        },
      },
    ],
  },
});
