import { type AttributeValue, DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { HUB, type System } from '../local/system.ts';
import type { AuditEntry } from '../shared/flows/ports.ts';
import type { Finding } from '../shared/model/finding.ts';
import type { Plan } from '../shared/model/plan.ts';

/** The ledger as it was when it was read. */
export interface LedgerView {
  findingsOf(arn: string): readonly Finding[];
  /** Of this round's or another resource that is none of these; what rounds before have made is not told again. */
  findingsBesides(arns: readonly string[]): readonly { readonly arn: string; readonly ruleId: string }[];
  plansOf(findingId: string): readonly Plan[];
  auditOf(findingId: string): readonly AuditEntry[];
  isHandled(eventId: string): boolean;
  /** Records of all kinds. */
  readonly size: number;
}

/** @param before functions of earlier rounds, by ARN */
export async function readLedger(system: System, before: ReadonlySet<string>): Promise<LedgerView> {
  const client = new DynamoDBClient(system.clientConfig(HUB.account, HUB.region));
  const findings = new Map<string, Finding[]>();
  const plans = new Map<string, Plan[]>();
  const audits = new Map<string, AuditEntry[]>();
  const handled = new Set<string>();
  let size = 0;
  for await (const { pk, sk, data } of scan(client)) {
    size += 1;
    if (pk.startsWith('HANDLED#')) handled.add(pk.slice('HANDLED#'.length));
    else if (pk.startsWith('FINDING#') && sk === 'STATE')
      add(findings, (JSON.parse(data) as Finding).resource.arn, JSON.parse(data));
    else if (pk.startsWith('FINDING#') && sk.startsWith('AUDIT#')) add(audits, pk.slice('FINDING#'.length), JSON.parse(data));
    else if (pk.startsWith('PLAN#') && sk === 'STATE') add(plans, (JSON.parse(data) as Plan).findingId, JSON.parse(data));
  }
  return {
    findingsOf: (arn) => findings.get(arn) ?? [],
    findingsBesides: (arns) => {
      const known = new Set(arns);
      return [...findings]
        .filter(([arn]) => !known.has(arn) && !before.has(arn))
        .flatMap(([arn, all]) => all.map(({ ruleId }) => ({ arn, ruleId })));
    },
    plansOf: (findingId) => plans.get(findingId) ?? [],
    auditOf: (findingId) => audits.get(findingId) ?? [],
    isHandled: (eventId) => handled.has(eventId),
    size,
  };
}

function add<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

async function* scan(client: DynamoDBClient): AsyncGenerator<{ pk: string; sk: string; data: string }> {
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  for (const TableName of TableNames) {
    let start: Record<string, AttributeValue> | undefined;
    do {
      const page = await client.send(new ScanCommand({ TableName, ConsistentRead: true, ExclusiveStartKey: start }));
      for (const { pk, sk, data } of page.Items ?? []) yield { pk: pk?.S ?? '', sk: sk?.S ?? '', data: data?.S ?? '' };
      start = page.LastEvaluatedKey;
    } while (start);
  }
}
