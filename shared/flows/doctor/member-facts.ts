import type { RuleFacts } from './hub-facts.ts';

/** A member account as doctor sees it, with the role that the hub assumes there. */
export interface MemberInspector {
  /** @throws AccessRefused when the role may not be assumed */
  assume(account: string): Promise<void>;
  /** The trails that record this region, those of other regions and of the organization too. */
  readTrails(account: string, region: string): Promise<readonly TrailFacts[]>;
  readRulesTo(account: string, region: string, targetArn: string): Promise<readonly RuleFacts[]>;
  /** How many messages wait in a queue of the account; null when it is not there. */
  readWaiting(account: string, region: string, queueArn: string): Promise<number | null>;
  /** Null when there is none of that name. */
  readRole(account: string, name: string): Promise<RoleFacts | null>;
  readLayers(account: string, region: string): Promise<LayerFacts>;
}

/** Cinch's own layers that functions of a region have. */
export interface LayerFacts {
  /** How many functions were looked at. */
  readonly functions: number;
  /** False where there are more functions than are looked at. */
  readonly isWhole: boolean;
  readonly used: readonly UsedLayer[];
}

export interface UsedLayer {
  /** Of the layer's version. */
  readonly arn: string;
  /** One of the functions that have it. */
  readonly functionName: string;
  /** Null when it is not there. */
  readonly published: { readonly description: string /** Hex. */; readonly sha256: string } | null;
}

export interface TrailFacts {
  readonly name: string;
  readonly isMultiRegion: boolean;
  readonly homeRegion: string;
  readonly hasGlobalEvents: boolean;
  readonly isLogging: boolean;
  readonly selectors: Selectors;
}

/** As CloudTrail answers them: one of both kinds. */
export interface Selectors {
  readonly EventSelectors?: readonly {
    readonly ReadWriteType?: string;
    readonly IncludeManagementEvents?: boolean;
    readonly ExcludeManagementEventSources?: readonly string[];
  }[];
  readonly AdvancedEventSelectors?: readonly { readonly FieldSelectors?: readonly FieldSelector[] }[];
}

export interface FieldSelector {
  readonly Field?: string;
  readonly Equals?: readonly string[];
  readonly NotEquals?: readonly string[];
}

export interface RoleFacts {
  /** Parsed documents. */
  readonly trust: unknown;
  readonly inline: Readonly<Record<string, unknown>>;
  /** ARNs of managed policies. */
  readonly attached: readonly string[];
  readonly boundaryArn: string | null;
}
