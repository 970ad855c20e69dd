import { actionsOfService } from '../policy/action-table.ts';
import { CALLED_SERVICES, type CalledService } from './services.ts';

/** A call is named by its client and its name, `dynamodb GetItem`: SES has two clients, and not every action is named like its call. */
export const callNamed = ({ client }: CalledService, name: string): string => `${client} ${name}`;

/** The actions that a call may need; undefined for a call that Cinch does not understand. */
export function actionsOfCall(call: string): readonly string[] | undefined {
  const [client, name = ''] = call.split(' ');
  const service = CALLED_SERVICES.find((one) => one.client === client);
  return service && actionsOf(service, name);
}

function actionsOf({ prefix, plain, others = {} }: CalledService, name: string): readonly string[] | undefined {
  if (Object.hasOwn(others, name)) return others[name];
  return plain.includes(name) ? [`${prefix}:${name}`] : undefined;
}

export const isUnderstood = (service: CalledService, name: string): boolean => actionsOf(service, name) !== undefined;

/** Every call of a service, understood or not: most have an action that is named like them. */
export function everyCallOf(service: CalledService): readonly string[] {
  const known = KNOWN.get(service) ?? [
    ...new Set([
      ...service.plain,
      ...Object.keys(service.others ?? {}),
      ...(service.strange ?? []),
      ...actionsOfService(service.prefix).map(({ name }) => name.slice(name.indexOf(':') + 1)),
    ]),
  ];
  KNOWN.set(service, known);
  return known;
}
const KNOWN = new Map<CalledService, readonly string[]>();

/** What the document client's commands and methods call. */
export const DOCUMENT_CALLS: Readonly<Record<string, string>> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  Query: 'Query',
  Scan: 'Scan',
  BatchGet: 'BatchGetItem',
  BatchWrite: 'BatchWriteItem',
  TransactGet: 'TransactGetItems',
  TransactWrite: 'TransactWriteItems',
  ExecuteStatement: 'ExecuteStatement',
  BatchExecuteStatement: 'BatchExecuteStatement',
  ExecuteTransaction: 'ExecuteTransaction',
};
/** What sends an object in parts where it is big. */
export const UPLOAD_CALLS: readonly string[] = [
  'PutObject',
  'CreateMultipartUpload',
  'UploadPart',
  'CompleteMultipartUpload',
  'AbortMultipartUpload',
];
