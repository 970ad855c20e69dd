import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { System } from '../local/system.ts';
import type { Plan } from '../shared/model/plan.ts';
import type { TrailEvent } from '../test/system/trail.ts';
import type { LedgerView } from './load-ledger.ts';
import { CEILING_SECONDS, REGION } from './load-members.ts';
import { TOO_LONG, WELL } from './load-play.ts';
import type { Act, Story } from './load-script.ts';

/**
 * The independent recount: what must have come of a script, from the script and CloudTrail's records alone, without a line of Cinch's own
 * judgement; and every place where ledger, functions and writes are otherwise.
 */

const TIMEOUT = 'lambda-timeout-excessive';
const SECRET = 'lambda-environment-plaintext-secret';
const POLICY = 'lambda-policy-public';
const URL = 'lambda-url-unauthenticated';

interface Expected {
  /** Rule -> the finding's status in the end. */
  readonly findings: Readonly<Record<string, 'fixed' | 'asked'>>;
  /** A rule that may have been seen to be violated for a while: its finding is there and closed, or not there. */
  readonly passing?: string;
  /** Seconds; null: the function is gone. */
  readonly timeout: number | null;
}

const EXPECTED: Readonly<Record<Story, Expected>> = {
  slow: { findings: { [TIMEOUT]: 'fixed' }, timeout: CEILING_SECONDS },
  slowed: { findings: { [TIMEOUT]: 'fixed' }, timeout: CEILING_SECONDS },
  secret: { findings: { [SECRET]: 'asked' }, timeout: WELL },
  both: { findings: { [TIMEOUT]: 'fixed', [SECRET]: 'asked' }, timeout: CEILING_SECONDS },
  public: { findings: { [POLICY]: 'asked' }, timeout: WELL },
  url: { findings: { [URL]: 'asked' }, timeout: WELL },
  mended: { findings: {}, passing: SECRET, timeout: WELL },
  gone: { findings: {}, passing: TIMEOUT, timeout: null },
  clean: { findings: {}, timeout: WELL },
};

/** What concerns Cinch, by its name in the records: what a script's calls make of it. */
const WATCHED =
  /^(CreateFunction|UpdateFunctionConfiguration|DeleteFunction|AddPermission|CreateFunctionUrlConfig|TagResource|TagRole|PutRolePolicy|CreateRole)(20\d{6}(v\d)?)?$/;
const isOwn = ({ detail }: TrailEvent): boolean => /:assumed-role\/cinch-/.test(detail.userIdentity?.arn ?? '');

export interface Recount {
  readonly differences: readonly string[];
  /** Records that had to reach on-change and be judged. */
  readonly watched: number;
  /** Cinch's own writes in the members, as CloudTrail has them. */
  readonly writes: number;
  readonly findings: number;
  readonly plans: number;
}

/** @param records of every member since the round began */
export async function recount(
  system: System,
  acts: readonly Act[],
  records: readonly TrailEvent[],
  ledger: LedgerView,
): Promise<Recount> {
  const differences: string[] = [];
  const differs = (where: string, what: string): void => void differences.push(`${where}: ${what}`);
  // One call, however often its record came.
  const calls = [...new Map(records.map((record) => [record.detail.eventID, record])).values()].filter(
    ({ detail }) => !detail.errorCode,
  );
  const watched = checkHandled(calls, ledger, differs);
  const writes = new Map<string, string[]>();
  for (const { account, detail } of calls.filter(isOwn) as (TrailEvent & { account: string })[]) {
    const name = detail.requestParameters?.functionName?.split(':').at(-1) ?? detail.requestParameters?.roleName ?? '?';
    const key = `${account} ${name}`;
    writes.set(key, [...(writes.get(key) ?? []), detail.eventName?.replace(/20\d{6}(v\d)?$/, '') ?? '?']);
  }
  let [findings, plans] = [0, 0];
  const known = new Set<string>();
  for (const act of acts) {
    if (act.kind !== 'story') continue;
    known.add(`${act.account} ${act.name}`);
    const arn = `arn:aws:lambda:${REGION}:${act.account}:function:${act.name}`;
    const counted = checkLedger(arn, EXPECTED[act.story], ledger, differs);
    findings += counted.findings;
    plans += counted.plans;
    const lambda = new LambdaClient(system.clientConfig(act.account, REGION));
    const timeout = await timeoutOf(lambda, act.name);
    if (timeout !== EXPECTED[act.story].timeout) differs(arn, `its timeout is ${timeout}, not ${EXPECTED[act.story].timeout}`);
    checkWrites(arn, act.story, writes.get(`${act.account} ${act.name}`) ?? [], differs);
  }
  for (const [key, names] of writes) if (!known.has(key)) differs(key, `Cinch wrote ${names.join(', ')}`);
  for (const { arn, ruleId } of ledger.findingsBesides([...known].map(arnOfKey))) differs(arn, `a finding of ${ruleId}`);
  return { differences, watched, writes: [...writes.values()].flat().length, findings, plans };
}

const arnOfKey = (key: string): string => {
  const [account, name] = key.split(' ');
  return `arn:aws:lambda:${REGION}:${account}:function:${name}`;
};

type Differs = (where: string, what: string) => void;

/** Every watched call that AWS took and Cinch did not make is handled, and nothing else is. */
function checkHandled(calls: readonly TrailEvent[], ledger: LedgerView, differs: Differs): number {
  let count = 0;
  for (const call of calls) {
    const { eventID = '', eventName = '' } = call.detail;
    const must = WATCHED.test(eventName) && !isOwn(call);
    count += must ? 1 : 0;
    const is = ledger.isHandled(eventID);
    if (must !== is) differs(`${eventName} ${eventID}`, must ? 'it was never handled' : 'it was handled');
  }
  return count;
}

function checkLedger(arn: string, expected: Expected, ledger: LedgerView, differs: Differs): { findings: number; plans: number } {
  const findings = ledger.findingsOf(arn);
  let plans = 0;
  for (const [rule, status] of Object.entries(expected.findings)) {
    const finding = findings.find(({ ruleId }) => ruleId === rule);
    if (finding?.status !== status) differs(arn, `${rule} is ${finding?.status ?? 'not found'}, not ${status}`);
    if (!finding) continue;
    const made = ledger.plansOf(finding.id);
    plans += made.length;
    const wanted = status === 'fixed' ? 'applied' : 'asked';
    // What a later event told more of (when it was made, say) was a plan of its own, withdrawn.
    const standing = made.filter((plan) => plan.status !== 'stale');
    if (standing.length !== 1 || standing[0]?.status !== wanted || finding.planId !== standing[0]?.id)
      differs(arn, `the plans of ${rule} are [${made.map(inWords).join('; ')}], not [${wanted}]`);
    if (!finding.card && !finding.digestId) differs(arn, `${rule} is not in Slack`);
    const applied = ledger.auditOf(finding.id).filter(({ what }) => what === 'remedy applied').length;
    if (applied !== (status === 'fixed' ? 1 : 0)) differs(arn, `the audit of ${rule} has it applied ${applied} times`);
  }
  for (const { ruleId, status, id } of findings) {
    if (ruleId in expected.findings) continue;
    const isClosed = status === 'fixed' || status === 'resolved';
    if (ruleId !== expected.passing || !isClosed) differs(arn, `${ruleId} is ${status}`);
    for (const plan of ledger.plansOf(id))
      if (['ready', 'asked', 'approved', 'applying'].includes(plan.status)) differs(arn, `a plan of ${ruleId} is ${plan.status}`);
  }
  return { findings: findings.length, plans };
}

const inWords = ({ status, createdAt, fingerprint, outcome }: Plan): string =>
  [status, `made ${createdAt}`, `for ${fingerprint}`, ...outcome].join(', ');

/** One write for what was put right, however often its events came; none for anything else. */
function checkWrites(arn: string, story: Story, names: readonly string[], differs: Differs): void {
  const isFixed = TIMEOUT in EXPECTED[story].findings;
  const wanted = isFixed ? ['UpdateFunctionConfiguration'] : [];
  // Put right before it was deleted, or not any more.
  if (story === 'gone' && names.length === 1 && names[0] === 'UpdateFunctionConfiguration') return;
  if (names.join() !== wanted.join()) differs(arn, `Cinch wrote [${names.join(', ')}], not [${wanted.join(', ')}]`);
}

/** Seconds; null when the function is gone. */
async function timeoutOf(lambda: LambdaClient, name: string): Promise<number | null> {
  try {
    return (await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }))).Timeout ?? TOO_LONG;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return null;
    throw error;
  }
}
