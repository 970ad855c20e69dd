import type { ChecklistId } from '../checklists/index.ts';
import type { Resource, ResourceKind } from './resource.ts';
import type { FactName, Facts } from './state.ts';
import type { Step } from './step.ts';

export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The part of the configuration that rules read, already resolved for the resource's account. */
export interface RuleSettings {
  readonly timeout: {
    /** No function of the account may have a longer timeout. */
    readonly ceilingSeconds: number;
    /** Cinch never lowers a timeout below this. */
    readonly floorSeconds: number;
    /** What was measured, times this, always fits. */
    readonly headroom: number;
  };
  /** Accounts that may be named in a function policy, besides the function's own. */
  readonly allowedAccounts: readonly string[];
  /** `o-...`; a star limited to it by aws:PrincipalOrgID is not public. */
  readonly organizationId: string | null;
  /** SSM standard throughput is 40 reads a second an account and region; a function above this burst is asked for, not fixed. */
  readonly secrets: {
    readonly maxVariables: number;
    /** model/secret-key.ts. */
    readonly key: string;
  };
  /** What policy asks of every function of the account; what it doesn't ask is no finding. */
  readonly require: {
    /** Egress inside a VPC. */
    readonly vpc: boolean;
    readonly tracing: boolean;
    readonly reservedConcurrency: boolean;
    readonly codeSigning: boolean;
    /** A customer managed key on log groups. */
    readonly logKey: boolean;
    /** A web ACL on every stage whose API type allows one. */
    readonly webAcl: boolean;
    /** /tmp emptied between invocations, whatever its size. */
    readonly tmpCleaner: boolean;
  };
  /** Accounts, besides the function's own and `allowedAccounts`, whose layers may be used: vendors. */
  readonly layerAccounts: readonly string[];
  /** A function without any of these tags has no owner. Case is ignored. */
  readonly ownerTags: readonly string[];
  /** In days: how long a thing may lie idle, and how early the end of a runtime is told. */
  readonly days: {
    readonly unusedFunction: number;
    readonly unusedService: number;
    readonly dormantUser: number;
    readonly runtimeNotice: number;
  };
  /** What a remedy needs to know; where nothing is said, the remedy is an instruction. ARNs may hold `{account}` and `{region}`. */
  readonly remedies: RemedySettings;
}

export interface RemedySettings {
  readonly secretStore: 'ssm' | 'secrets-manager';
  readonly reservedConcurrency?: number | undefined;
  readonly failureDestination?: string | undefined;
  readonly logRetentionDays?: number | undefined;
  readonly logKey?: string | undefined;
  readonly accessLogs?: string | undefined;
  /** Requests a second. */
  readonly throttling?: { readonly rate: number; readonly burst: number } | undefined;
  readonly vpc: readonly {
    readonly account: string;
    readonly region: string;
    readonly subnets: readonly string[];
    readonly securityGroups: readonly string[];
  }[];
  /** API id -> authorizer id. */
  readonly authorizers: Readonly<Record<string, string>>;
  readonly boundary?: string | undefined;
  /** Paths below /tmp that the cleaner leaves. */
  readonly tmpKeep?: readonly string[] | undefined;
}

export interface RuleContext<K extends ResourceKind = ResourceKind> {
  readonly resource: Resource<K>;
  readonly settings: RuleSettings;
  /** The evaluation's time, ISO. */
  readonly now: string;
}

/** What was found, for people: paths, names and counts. Never a secret's value. */
export interface Evidence {
  readonly path: string;
  readonly found: string;
  readonly expected?: string;
}

export type Remedy =
  | {
      readonly kind: 'steps';
      readonly steps: readonly Step[];
      /** Raises the risk: a person must approve, for this reason. */
      readonly approvalBecause?: string;
    }
  | { readonly kind: 'manual'; readonly why: string; readonly instructions: string };

export interface Violation {
  /** One sentence without a full stop, e.g. `its timeout of 900 s is longer than the 29 s its API waits`. */
  readonly summary: string;
  readonly evidence: readonly Evidence[];
  readonly remedy: Remedy;
  /** What the owner should do besides or afterwards: the snippet for the source, "rotate it", versions that still hold it. Lines of plain text. */
  readonly advice?: readonly string[];
}

export interface RuleExample<K extends ResourceKind, N extends FactName<K>> {
  readonly name: string;
  readonly state: Pick<Facts<K>, N>;
  readonly settings?: Partial<RuleSettings>;
}

/** One check: data first, one pure function last. */
export interface Rule<K extends ResourceKind = ResourceKind, N extends FactName<K> = FactName<K>> {
  /** `<service>-<subject>-<state>`, tied to the file's path by a test. */
  readonly id: string;
  /** What a resource that passes does, e.g. `A function's timeout fits its caller`. */
  readonly title: string;
  readonly severity: Severity;
  readonly resource: K;
  readonly checklist: readonly ChecklistId[];
  /** Off until somebody names it: in `rules` of cinch.yaml, or with `--rules`. For what reads more than settings. */
  readonly optIn?: true;
  readonly needs: readonly N[];
  readonly examples: { readonly passes: readonly RuleExample<K, N>[]; readonly violates: readonly RuleExample<K, N>[] };
  evaluate(state: Pick<Facts<K>, N>, context: RuleContext<K>): Violation | undefined;
}

/** A rule whose kind and needs the engine handles at run time. */
export interface AnyRule extends Omit<Rule, 'needs' | 'examples' | 'evaluate'> {
  readonly needs: readonly string[];
  readonly examples: { readonly passes: readonly AnyExample[]; readonly violates: readonly AnyExample[] };
  evaluate(state: never, context: never): Violation | undefined;
}
interface AnyExample {
  readonly name: string;
  readonly state: object;
  readonly settings?: Partial<RuleSettings>;
}

/** Keeps the literal `needs`, so that `evaluate` can read those facts and no others. */
export function defineRule<K extends ResourceKind, const N extends FactName<K>>(rule: Rule<K, N>): Rule<K, N> {
  return rule;
}
