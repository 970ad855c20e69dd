import type { PolicyDocument } from '../../model/policy-document.ts';
import type { Evidence } from '../../model/rule.ts';
import type { Home } from '../../policy/caller-reach.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import { exposedStatements, exposureEvidence, widestCaller } from './exposed-statements.ts';
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

export interface OpenSources {
  /** Completes `... the queue orders`: `everybody`. */
  readonly callers: string;
  /** `queues orders and invoices`. */
  readonly names: string;
  readonly first: PolicedSource;
  readonly evidence: readonly Evidence[];
}

/**
 * The sources whose policy lets strangers do any of the `actions`; undefined when none does.
 * @param noun `queue`
 */
export function openSources(
  sources: readonly PolicedSource[],
  noun: string,
  actions: readonly string[],
  home: Home,
): OpenSources | undefined {
  const open = sources
    .map((source) => ({ source, exposed: exposedStatements(source.document, home, actions) }))
    .filter(({ exposed }) => exposed.length > 0);
  const [first] = open;
  if (first === undefined) return undefined;
  return {
    callers: widestCaller(open.flatMap(({ exposed }) => exposed)),
    names: sourceNames(
      noun,
      open.map(({ source }) => source.arn),
    ),
    first: first.source,
    evidence: open.flatMap(({ source, exposed }) =>
      exposed.map((one) => exposureEvidence(`policy of ${noun} ${sourceName(source.arn)}`, one)),
    ),
  };
}

/** `aws sqs set-queue-attributes --region eu-central-1`: the region is the source's own. */
export const sourceCommand = (arn: string, command: string): string => `aws ${command} --region ${arn.split(':')[3] ?? ''}`;

/** A resource policy of the examples. */
export const examplePolicy = (...Statement: object[]): PolicyDocument =>
  parsePolicyDocument({ Version: '2012-10-17', Statement }, 'example');
