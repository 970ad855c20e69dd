import { App, RemovalPolicy } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod/mini';
import { makeStacks, type Stacks } from '../../infra/make-stacks.ts';
import type { DeploySettings } from '../../infra/settings.ts';
import { type Config, configSchema } from '../../shared/config/schema.ts';

export const HUB = '111111111111';
export const MEMBER = '222222222222';

/** With everything that may be deployed. */
export function configFor(changes: { organizationId?: string; regions?: string[]; extra?: object } = {}): Config {
  const { organizationId, regions = ['eu-central-1', 'us-east-1'], extra } = changes;
  return z.parse(configSchema, {
    version: 1,
    hub: {
      account: HUB,
      region: 'eu-central-1',
      externalId: 'an-external-id-of-tests',
      ...(organizationId ? { organizationId } : {}),
    },
    members: [{ account: MEMBER, regions }],
    slack: { channel: 'C123', team: 'T123', approvers: { users: ['U123'] } },
    exports: { securityHub: true },
    alarms: { emails: ['ops@example.com'] },
    ...extra,
  });
}

/** An organization by StackSets; without the single member that `configFor` has. */
export const orgConfigFor = (organization: object = {}, extra: object = {}): Config =>
  configFor({
    organizationId: 'o-abcdefghij',
    extra: {
      members: [],
      organization: {
        managementAccount: '999999999999',
        units: ['ou-abcd-11111111', 'ou-abcd-22222222'],
        regions: ['eu-central-1', 'eu-west-1'],
        ...organization,
      },
      ...extra,
    },
  });

export const settingsFor = (changes: Partial<DeploySettings> = {}): DeploySettings => ({
  configFile: 'cinch.yaml',
  synthesizer: 'default',
  removal: RemovalPolicy.RETAIN,
  slackApiUrl: undefined,
  slackSecretArn: undefined,
  runbookUrl: 'https://example.com/runbook.md',
  logRetention: RetentionDays.ONE_MONTH,
  checks: 'off',
  ...changes,
});

/** Stacks whose functions hold a line of code: what is bundled is another test's business. */
export function synthesize(config: Config = configFor(), settings: DeploySettings = settingsFor()): Stacks & { app: App } {
  const app = new App({ autoSynth: false, analyticsReporting: false, builtinCloudFormationValidation: false });
  return {
    app,
    ...makeStacks(app, { config, settings, codeOf: () => Code.fromInline('exports.handler = async () => undefined') }),
  };
}

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
}

export function resourcesOf(template: Template, type: string): [string, Resource][] {
  return Object.entries(template.findResources(type)) as [string, Resource][];
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

export const asList = <T>(value: T | readonly T[]): T[] => (Array.isArray(value) ? [...value] : [value as T]);

/** `Fn::Join`, `Ref` and `Fn::GetAtt` as one readable text. */
export function flat(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, inner] = ['', undefined]] = Object.entries(value);
  if (name === 'Fn::Join' && Array.isArray(inner)) return (inner[1] as unknown[]).map(flat).join(String(inner[0]));
  if (name === 'Ref') return `<${String(inner)}>`;
  if (name === 'Fn::GetAtt' && Array.isArray(inner)) return `<${inner.join('.')}>`;
  return JSON.stringify(value);
}

export function principalsOf(statement: Statement | undefined): unknown[] {
  const { AWS } = (statement?.Principal ?? {}) as { AWS?: unknown };
  return AWS === undefined ? [] : asList(AWS);
}
