import { errorCode, isPassing, isThrottled } from '../../shared/aws/aws-error.ts';
import { mapLimited } from '../../shared/aws/concurrency.ts';
import type { Reader } from '../../shared/flows/ports.ts';
import { CinchError } from '../../shared/model/errors.ts';
import { type Resource, type ResourceKind, resourceFromArn } from '../../shared/model/resource.ts';
import type { ScanError } from './document.ts';
import type { Targets } from './targets.ts';

export interface Listed {
  readonly resources: readonly Resource[];
  /** Role ARN -> the functions that were found under it. */
  readonly functionsOfRole: ReadonlyMap<string, readonly Resource<'function'>[]>;
  readonly errors: readonly ScanError[];
}

interface Lister {
  readonly account: string;
  list(): Promise<void>;
}

/**
 * Everything in these accounts and regions that a rule looks at: functions, the roles that they run under, APIs and users. What can't be listed
 * is an error, and the rest is listed all the same.
 */
export async function listResources(
  reader: Reader,
  targets: Targets,
  kinds: ReadonlySet<ResourceKind>,
  atOnce: number,
): Promise<Listed> {
  const resources = new Map<string, Resource>();
  const functionsOfRole = new Map<string, Resource<'function'>[]>();
  const keep = (resource: Resource | undefined): void => {
    if (resource && kinds.has(resource.kind)) resources.set(resource.arn, resource);
  };
  const listFunctions = async (account: string, region: string): Promise<void> => {
    for await (const { resource, roleArn } of reader.listFunctions(account, region)) {
      keep(resource);
      keep(resourceFromArn(roleArn));
      const others = functionsOfRole.get(roleArn);
      if (others) others.push(resource);
      else functionsOfRole.set(roleArn, [resource]);
    }
  };
  const keepAll = async (list: AsyncIterable<Resource>): Promise<void> => {
    for await (const resource of list) keep(resource);
  };
  const listers = targets.accounts.flatMap((account): Lister[] => [
    ...targets.regions.flatMap((region): Lister[] => [
      { account, list: () => listFunctions(account, region) },
      ...(kinds.has('api') ? [{ account, list: () => keepAll(reader.listApis(account, region)) }] : []),
    ]),
    ...(kinds.has('user') ? [{ account, list: () => keepAll(reader.listUsers(account)) }] : []),
  ]);
  const errors = await mapLimited(listers, atOnce, async ({ account, list }): Promise<ScanError | undefined> => {
    try {
      await list();
      return undefined;
    } catch (error) {
      return { account, message: whyFailed(error) };
    }
  });
  return { resources: inOrder(resources), functionsOfRole, errors: withoutRepeats(errors.flatMap((error) => error ?? [])) };
}

/** Answers come in any order; the result doesn't. */
const inOrder = (resources: ReadonlyMap<string, Resource>): Resource[] =>
  [...resources.values()].sort((one, other) => (one.arn < other.arn ? -1 : 1));

/** An account that refuses the role refuses it for each list. */
const withoutRepeats = (errors: readonly ScanError[]): ScanError[] => [
  ...new Map(errors.map((error) => [`${error.account} ${error.message}`, error])).values(),
];

/** Only what Cinch itself words is shown whole: another message could quote what was read. */
export function whyFailed(error: unknown): string {
  if (error instanceof CinchError) return error.message;
  if (isThrottled(error)) return `AWS throttles its calls (${errorCode(error)}): a lower --concurrency helps`;
  return isPassing(error) ? `AWS can't be reached (${errorCode(error)})` : `it could not be read (${errorCode(error)})`;
}
