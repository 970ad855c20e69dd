import type { QualifiedPolicy } from '../../model/state.ts';

/** Services that invoke asynchronously (https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html#listing-of-services-and-links-to-more-information). */
const ASYNCHRONOUS: ReadonlySet<string> = new Set([
  'cloudformation.amazonaws.com',
  'codecommit.amazonaws.com',
  'codepipeline.amazonaws.com',
  'config.amazonaws.com',
  'events.amazonaws.com',
  'iot.amazonaws.com',
  'iotevents.amazonaws.com',
  's3.amazonaws.com',
  'ses.amazonaws.com',
  'sns.amazonaws.com',
]);
/** CloudWatch Logs subscriptions name their region: `logs.eu-central-1.amazonaws.com`. */
const LOGS = /^logs(\.[a-z0-9-]+)?\.amazonaws\.com$/;

export interface AsyncSource {
  readonly qualifier: string | null;
  /** Short names: `s3`. */
  readonly services: readonly string[];
}

/** The services that a function's policies let invoke it without waiting for the answer, per qualifier. */
export function asyncSources(policies: readonly QualifiedPolicy[]): AsyncSource[] {
  const found = new Map<string | null, Set<string>>();
  for (const { qualifier, document } of policies)
    for (const { effect, principals } of document.statements)
      for (const service of effect === 'Allow' ? principals.flatMap(servicesOf) : [])
        found.set(qualifier, (found.get(qualifier) ?? new Set()).add(service));
  return [...found].map(([qualifier, services]) => ({ qualifier, services: [...services].sort() }));
}

function servicesOf({ type, values }: { readonly type: string; readonly values: readonly string[] }): string[] {
  if (type !== 'Service') return [];
  return values.filter((value) => ASYNCHRONOUS.has(value) || LOGS.test(value)).map((value) => value.slice(0, value.indexOf('.')));
}
