import type { PolicyDocument } from '../../model/policy-document.ts';
import type { RuleContext, Violation } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import type { Step } from '../../model/step.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import { byHand } from './by-hand.ts';
import { type ExposedStatement, exposedStatements, exposureEvidence, widestCaller } from './exposed-statements.ts';
import { homeOf } from './home.ts';
import { narrowedPolicy } from './narrowed-policy.ts';
import { listed } from './words.ts';

/** The last part of a source's ARN: a queue's, topic's, stream's or bus's name. */
export const sourceName = (arn: string): string => arn.slice(Math.max(arn.lastIndexOf(':'), arn.lastIndexOf('/')) + 1);

/** `queue orders`, `queues orders and invoices`: several by their names. */
export const sourceNames = (noun: string, arns: readonly string[]): string =>
  `${noun}${arns.length === 1 ? '' : noun.endsWith('s') ? 'es' : 's'} ${listed(arns.map(sourceName))}`;

/** A thing that feeds the function, and the policy that says who may feed the thing. */
export interface PolicedSource {
  readonly arn: string;
  readonly document: PolicyDocument | null;
}

/** How a rule tells that a kind of source is open. */
export interface OpenSourceWords {
  /** `queue` */
  readonly noun: string;
  /** Only statements that allow one of these count. */
  readonly actions: readonly string[];
  /** Completes `the policy of its queue orders lets everybody ...`. */
  readonly may: string;
  /** Why a person must decide. A full sentence. */
  readonly why: string;
  /** Without a full stop. */
  readonly instructions: (arn: string) => string;
  /** What closes one source of the function's own account and region; undefined when a person must write it. */
  readonly close: (source: OpenSource, context: RuleContext<'function'>) => readonly Step[] | undefined;
}

export interface OpenSource {
  readonly arn: string;
  readonly document: PolicyDocument;
  readonly exposed: readonly ExposedStatement[];
}

/** The sources whose policy lets strangers do any of the actions. */
export function judgeOpenSources(
  sources: readonly PolicedSource[],
  context: RuleContext<'function'>,
  words: OpenSourceWords,
): Violation | undefined {
  const { noun, actions, may } = words;
  const open = sources.flatMap(({ arn, document }): OpenSource[] => {
    const exposed = exposedStatements(document, homeOf(context), actions);
    return document === null || exposed.length === 0 ? [] : [{ arn, document, exposed }];
  });
  if (open.length === 0) return undefined;
  const names = sourceNames(
    noun,
    open.map(({ arn }) => arn),
  );
  return {
    summary: `the policy of its ${names} lets ${widestCaller(open.flatMap(({ exposed }) => exposed))} ${may}`,
    evidence: open.flatMap(({ arn, exposed }) =>
      exposed.map((one) => exposureEvidence(`policy of ${noun} ${sourceName(arn)}`, one)),
    ),
    ...closing(open, context, words),
  };
}

/** Steps for what Cinch can close, and a line for each of the others. */
function closing(
  open: readonly OpenSource[],
  context: RuleContext<'function'>,
  { why, instructions, close }: OpenSourceWords,
): Pick<Violation, 'remedy' | 'advice'> {
  const closed = open.map((source) => ({
    arn: source.arn,
    steps: isOwnSource(source.arn, context) ? close(source, context) : undefined,
  }));
  const steps = closed.flatMap((one) => one.steps ?? []);
  const left = closed.filter((one) => one.steps === undefined).map(({ arn }) => `${instructions(arn)}.`);
  if (steps.length === 0) return { remedy: byHand(why, left[0] ?? '') };
  return {
    remedy: { kind: 'steps', steps, approvalBecause: why.replace(/\.$/, '') },
    ...(left.length > 0 ? { advice: left } : {}),
  };
}

/** Whether a source lies where Cinch changes things for this function: another account's or region's belongs to others. */
export function isOwnSource(arn: string, { resource }: RuleContext<'function'>): boolean {
  const [, , , region, account] = arn.split(':');
  return account === resource.account && region === resource.region;
}

/** The policy that lets the own accounts in only, for a step: what it is and what it shall be. */
export function closedPolicy(
  { document, exposed }: OpenSource,
  context: RuleContext<'function'>,
  actions: readonly string[],
): { readonly fromText: string; readonly toText: string | null } | undefined {
  const toText = narrowedPolicy(document, exposed, homeOf(context), actions);
  return toText === undefined ? undefined : { fromText: document.text, toText };
}

/** `aws sqs set-queue-attributes --region eu-central-1`: the region is the source's own. */
export const sourceCommand = (arn: string, command: string): string => `aws ${command} --region ${arn.split(':')[3] ?? ''}`;

/** A queue of the examples with nothing to find. */
export const EXAMPLE_QUEUE: FunctionFacts['queues'][number] = {
  queueArn: 'arn:aws:sqs:eu-central-1:222222222222:orders',
  visibilityTimeoutSeconds: 60,
  deadLetterArn: 'arn:aws:sqs:eu-central-1:222222222222:orders-failed',
  document: null,
  encrypted: true,
};

/** A resource policy of the examples. */
export const examplePolicy = (...Statement: object[]): PolicyDocument =>
  parsePolicyDocument({ Version: '2012-10-17', Statement }, 'example');
