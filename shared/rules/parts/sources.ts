import type { PolicyDocument } from '../../model/policy-document.ts';
import type { RuleContext, Violation } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import { byHand } from './by-hand.ts';
import { exposedStatements, exposureEvidence, widestCaller } from './exposed-statements.ts';
import { homeOf } from './home.ts';
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
  readonly why: string;
  /** Without a full stop. @param arn the first open source's */
  readonly instructions: (arn: string) => string;
}

/** The sources whose policy lets strangers do any of the actions. */
export function judgeOpenSources(
  sources: readonly PolicedSource[],
  context: RuleContext<'function'>,
  { noun, actions, may, why, instructions }: OpenSourceWords,
): Violation | undefined {
  const open = sources
    .map(({ arn, document }) => ({ arn, exposed: exposedStatements(document, homeOf(context), actions) }))
    .filter(({ exposed }) => exposed.length > 0);
  const [first] = open;
  if (first === undefined) return undefined;
  const names = sourceNames(
    noun,
    open.map(({ arn }) => arn),
  );
  return {
    summary: `the policy of its ${names} lets ${widestCaller(open.flatMap(({ exposed }) => exposed))} ${may}`,
    evidence: open.flatMap(({ arn, exposed }) =>
      exposed.map((one) => exposureEvidence(`policy of ${noun} ${sourceName(arn)}`, one)),
    ),
    remedy: byHand(why, `${instructions(first.arn)}.`),
  };
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
