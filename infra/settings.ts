import type { App, RemovalPolicy as Removal } from 'aws-cdk-lib';
import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** What an operator may say with `--context` at synth. Everything else is in the configuration file. */
export interface DeploySettings {
  readonly configFile: string;
  readonly synthesizer: 'default' | 'cli-credentials';
  /** `retain` keeps table, key and secret when the stack goes. */
  readonly removal: Removal;
  /** Another address of Slack's Web API than slack.com's. */
  readonly slackApiUrl: string | undefined;
  /** An existing secret with `{"signingSecret", "botToken"}` instead of one of the stack's own, under the account's default key for secrets. */
  readonly slackSecretArn: string | undefined;
  readonly runbookUrl: string;
  readonly logRetention: RetentionDays;
  /** `off` skips cdk-nag and the template validation, for deploying again what they have passed. */
  readonly checks: 'on' | 'off';
}

/** CloudWatch knows some numbers only. */
const LOG_DAYS = Object.values(RetentionDays)
  .filter((value) => typeof value === 'number' && value !== RetentionDays.INFINITE)
  .map(String);

const RUNBOOK = 'docs/runbook.md';

/** @throws Error naming the key and what it may be. */
export function readSettings(app: App): DeploySettings {
  const text = (key: string): string | undefined => {
    const value: unknown = app.node.tryGetContext(key);
    if (value !== undefined && typeof value !== 'string') throw new Error(`--context ${key} must be a text.`);
    return value || undefined;
  };
  const oneOf = <T extends string>(key: string, allowed: readonly T[], otherwise: T): T => {
    const value = text(key) ?? otherwise;
    const found = allowed.find((known) => known === value);
    if (!found) throw new Error(`--context ${key}=${value}: must be one of ${allowed.join(', ')}.`);
    return found;
  };
  // It was one until versions of November 2026: to ignore it would take the subscription away.
  if (text('alarmEmail')) throw new Error('--context alarmEmail: who hears the alarms is in cinch.yaml now, as alarms.emails.');
  return {
    configFile: text('config') ?? 'cinch.yaml',
    synthesizer: oneOf('synthesizer', ['default', 'cli-credentials'], 'default'),
    removal: oneOf('removalPolicy', ['retain', 'destroy'], 'retain') === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    slackApiUrl: text('slackApiUrl'),
    slackSecretArn: text('slackSecretArn'),
    runbookUrl: text('runbookUrl') ?? RUNBOOK,
    logRetention: Number(oneOf('logDays', LOG_DAYS, String(RetentionDays.ONE_MONTH))),
    checks: oneOf('checks', ['on', 'off'], 'on'),
  };
}
