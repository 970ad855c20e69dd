import type { BotFunction } from '../../names.ts';

/** The hub as doctor sees it. Each answers null for what is not there, and throws when it can't be read. */
export interface HubInspector {
  readFunction(name: BotFunction): Promise<FunctionFacts | null>;
  readMappings(name: BotFunction): Promise<readonly MappingFacts[]>;
  readQueue(url: string): Promise<QueueFacts | null>;
  /** Seconds that the oldest message has waited, of late; null when CloudWatch has no word of it. */
  readOldest(queueName: string): Promise<number | null>;
  readBusPolicy(busName: string): Promise<string | null>;
  /** The rules of a bus, or of the default one, that have this target. */
  readRulesTo(targetArn: string, busName?: string): Promise<readonly RuleFacts[]>;
  readTableState(name: string): Promise<string | null>;
  readKeyState(arn: string): Promise<string | null>;
  /** Who gets what is published there. */
  readSubscriptions(topicArn: string): Promise<readonly SubscriptionFacts[] | null>;
  readRuns(name: BotFunction, minutes: number): Promise<{ readonly invocations: number; readonly errors: number }>;
}

export interface FunctionFacts {
  readonly arn: string;
  readonly state: string;
  readonly lastUpdate: string;
  /** Of Cinch's own functions: names and addresses, no secrets. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface MappingFacts {
  readonly queueArn: string;
  readonly state: string;
}

export interface QueueFacts {
  readonly arn: string;
  readonly waiting: number;
  readonly deadArn: string | null;
}

export interface SubscriptionFacts {
  /** `email`, `lambda`, `https` ... */
  readonly protocol: string;
  readonly endpoint: string;
  readonly isConfirmed: boolean;
}

export interface RuleFacts {
  readonly name: string;
  readonly state: string;
  /** Parsed; null for a schedule. */
  readonly pattern: unknown;
  readonly targets: readonly TargetFacts[];
}

export interface TargetFacts {
  readonly arn: string;
  readonly roleArn: string | null;
  readonly deadArn: string | null;
}

/** `ENABLED`, or the same with read-only management events on top. */
export const isEnabled = ({ state }: RuleFacts): boolean => state.startsWith('ENABLED');
