import type { Resource } from '../../model/resource.ts';
import type { Evidence, Remedy, RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import { CUSTOMER_MANAGED } from '../../model/secret-key.ts';
import type { FunctionFacts, FunctionSubnet } from '../../model/state.ts';
import { STORE_TAG } from '../../names.ts';
import { classify } from '../../secrets/classify.ts';
import { readByExtension } from '../../secrets/extensions.ts';
import { InvalidParameterName, isReference, movedReference, type SecretStore } from '../../secrets/resolver-contract.ts';
import { deploySnippet } from '../parts/deploy-snippet.ts';
import { refusalOf } from '../parts/migration-preflight.ts';
import { counted, listed, ownerOf } from '../parts/words.ts';

const NEEDS = [
  'runtime',
  'packageType',
  'architecture',
  'roleArn',
  'layers',
  'environment',
  'snapStart',
  'codeSigned',
  'edge',
  'aliases',
  'versions',
  'roleSharers',
  'ssmReachable',
  'subnets',
  'tags',
  'managedBy',
] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;
type Context = RuleContext<'function'>;

const TITLES: Readonly<Record<SecretStore, string>> = { ssm: 'SSM Parameter Store', 'secrets-manager': 'Secrets Manager' };

interface Secret {
  readonly kind: string;
  readonly confidence: 'high' | 'medium' | 'low';
  readonly name: string;
  readonly length: string;
  /** Why this one stays where it is, and what to do instead; undefined when it can be moved. */
  readonly stays: string | undefined;
}

/** Where its secrets go: the function's own tag says it, else the settings. */
function storeOf({ tags }: Seen, { settings }: Context): SecretStore {
  const own = tags[STORE_TAG];
  return own === 'ssm' || own === 'secrets-manager' ? own : settings.remedies.secretStore;
}

function secretsOf(environment: Seen['environment'], resource: Resource, store: SecretStore): Secret[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    if (isReference(value)) return [];
    const { secret, kind, confidence } = classify(name, value);
    return secret
      ? [{ name, kind, confidence, length: lengthClass(value), stays: reasonToStay(name, value, resource, store) }]
      : [];
  });
}

/** Enough to recognise a value by, too little to guess it from. */
function lengthClass(value: string): string {
  if (value.length < 16) return 'under 16 characters';
  return value.length < 64 ? '16 to 63 characters' : '64 characters or more';
}

function reasonToStay(name: string, value: string, resource: Resource, store: SecretStore): string | undefined {
  // An external extension is started with the variables as they are stored: it would get the reference.
  const reader = readByExtension(name);
  if (reader !== undefined) return `${name} stays: an extension reads it before the resolver runs (${reader}).`;
  // SSM reads {{...}} inside a value as the name of another parameter and refuses it.
  if (store === 'ssm' && /\{\{.*\}\}/s.test(value))
    return `${name} stays: SSM refuses values with {{...}}. Tag the function ${STORE_TAG}=secrets-manager to have its secrets moved there.`;
  try {
    movedReference(store, resource.name, name);
    return undefined;
  } catch (error) {
    if (!(error instanceof InvalidParameterName)) throw error;
    return `${name} stays: ${TITLES[store]} takes no such name. Rename the variable.`;
  }
}

function remedyFor(state: Seen, secrets: readonly Secret[], context: Context): Remedy {
  const { resource, settings } = context;
  const store = storeOf(state, context);
  const movable = secrets.filter((secret) => secret.stays === undefined);
  const variables = movable.map((secret) => secret.name);
  if (variables.length === 0)
    return {
      kind: 'manual',
      why: 'None of them can be moved.',
      instructions: secrets.map((secret) => secret.stays).join(' '),
    };
  const refusal = refusalOf(state, resource, variables, store);
  if (refusal) return { kind: 'manual', ...refusal };
  const { roleArn, architecture } = state;
  const reasons = approvalReasons(state, movable, settings.secrets.maxVariables);
  return {
    kind: 'steps',
    steps: [{ kind: `move-secrets-to-${store}`, target: resource, roleArn, architecture, variables }],
    ...(reasons.length === 0 ? {} : { approvalBecause: listed(reasons) }),
  };
}

function approvalReasons(state: Seen, movable: readonly Secret[], maxVariables: number): string[] {
  const { managedBy, roleSharers } = state;
  const doubtful = movable.filter((secret) => secret.confidence !== 'high').map((secret) => secret.name);
  return [
    managedBy === null ? '' : `${ownerOf(managedBy)} would put the plaintext back with the next deploy`,
    doubtful.length === 0
      ? ''
      : `it is not certain that ${listed(doubtful)} ${doubtful.length === 1 ? 'is a secret' : 'are secrets'}`,
    roleSharers.length === 0
      ? ''
      : `the right to read the secret reaches ${counted(roleSharers.length, 'other function')} with the same role`,
    movable.length <= maxVariables ? '' : `its cold starts would read ${movable.length} secrets, more than ${maxVariables}`,
  ].filter((reason) => reason !== '');
}

function adviceFor(state: Seen, secrets: readonly Secret[], context: Context): string[] {
  const { resource } = context;
  const names = secrets.map((secret) => secret.name);
  const movable = secrets.filter((secret) => secret.stays === undefined).map((secret) => secret.name);
  const { managedBy } = state;
  return [
    `Rotate it: whoever could read the configuration or a template of ${resource.name} knows ${listed(names)}. Moving it does not change it.`,
    ...secrets.flatMap((secret) => (movable.length > 0 && secret.stays !== undefined ? [secret.stays] : [])),
    ...versionAdvice(state, names),
    ...(managedBy === null || movable.length === 0
      ? []
      : [
          `Change ${ownerOf(managedBy)} too, or the next deploy puts the plaintext back:`,
          deploySnippet(managedBy.tool, resource, movable, storeOf(state, context), context.settings.secrets.key).join('\n'),
        ]),
  ];
}

/** Published versions keep their environment for good, and an alias serves it. */
function versionAdvice({ versions, aliases }: Seen, names: readonly string[]): string[] {
  const holding = versions
    .filter(({ environment }) => names.some((name) => environment[name] !== undefined && !isReference(environment[name])))
    .map(({ version }) => version);
  if (holding.length === 0) return [];
  const served = aliases.filter(({ version }) => holding.includes(version));
  const still = `Published ${holding.length === 1 ? 'version' : 'versions'} ${listed(holding)} still ${holding.length === 1 ? 'holds' : 'hold'} it.`;
  if (served.length === 0) return [`${still} Delete what nobody uses.`];
  const aliasNames = listed(served.map(({ name, version }) => `${name} (version ${version})`));
  return [
    `${still} Served by the ${served.length === 1 ? 'alias' : 'aliases'} ${aliasNames}: publish a version after the move and point there.`,
  ];
}

const evidenceOf = ({ name, kind, length }: Secret, store: SecretStore): Evidence => ({
  path: `Environment.Variables.${name}`,
  found: `${kind}, ${length}`,
  expected: `a reference to ${TITLES[store]}`,
});

function evaluate(state: Seen, context: Context): Violation | undefined {
  const store = storeOf(state, context);
  const secrets = secretsOf(state.environment, context.resource, store);
  if (secrets.length === 0) return undefined;
  return {
    summary: `its environment holds ${listed(secrets.map((secret) => secret.name))} in plain text`,
    evidence: secrets.map((secret) => evidenceOf(secret, store)),
    remedy: remedyFor(state, secrets, context),
    advice: adviceFor(state, secrets, context),
  };
}

const PASSWORD = 'uR7-tq2_XvLw9Zd4';
const NODE = {
  runtime: 'nodejs22.x',
  packageType: 'Zip',
  architecture: 'arm64',
  roleArn: 'arn:aws:iam::222222222222:role/service-role/orders-api-role',
  layers: [],
  environment: { DB_PASSWORD: PASSWORD, LOG_LEVEL: 'info' },
  snapStart: false,
  codeSigned: false,
  edge: false,
  aliases: [],
  versions: [],
  roleSharers: [],
  ssmReachable: true,
  subnets: [],
  tags: {},
  managedBy: null,
} satisfies Seen;
const layer = (name: string) => `arn:aws:lambda:eu-central-1:222222222222:layer:${name}:1`;
const subnet = (defaultRoute: FunctionSubnet['defaultRoute']): FunctionSubnet => ({
  subnetId: 'subnet-1',
  zone: 'eu-central-1a',
  defaultRoute,
});
const TO_SECRETS_MANAGER = { remedies: { secretStore: 'secrets-manager', vpc: [], authorizers: {} } } as const;
const FIVE_LAYERS = ['a', 'b', 'c', 'd', 'e'].map(layer);

const version = (number: string, environment: Record<string, string>) => ({
  version: number,
  environment,
  roleArn: NODE.roleArn,
  timeoutSeconds: 3,
  runtime: 'nodejs22.x',
});

export default defineRule({
  id: 'lambda-environment-plaintext-secret',
  title: "A function's environment holds no secret in plain text",
  severity: 'high',
  resource: 'function',
  checklist: ['wp-2'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'settings only', state: { ...NODE, environment: { LOG_LEVEL: 'info', TABLE_NAME: 'orders' } } },
      { name: 'no variable at all', state: { ...NODE, environment: {} } },
      {
        name: 'a reference of its own',
        state: {
          ...NODE,
          environment: { DB_PASSWORD: 'cinch-ssm:/cinch/orders-api/DB_PASSWORD', API_KEY: 'cinch-sm:cinch/orders-api/API_KEY' },
        },
      },
      {
        name: 'the name of a secret elsewhere',
        state: { ...NODE, environment: { DB_PASSWORD_ARN: 'arn:aws:secretsmanager:eu-central-1:222222222222:secret:db-Ab12Cd' } },
      },
    ],
    violates: [
      { name: 'a password', state: NODE },
      {
        name: 'a password that versions and an alias still hold',
        state: {
          ...NODE,
          aliases: [{ name: 'live', version: '7' }],
          versions: [version('3', { DB_PASSWORD: PASSWORD }), version('5', {}), version('7', { DB_PASSWORD: PASSWORD })],
        },
      },
      { name: 'owned by a Terraform configuration', state: { ...NODE, managedBy: { tool: 'Terraform', stack: null } } },
      { name: 'owned by a SAM stack', state: { ...NODE, managedBy: { tool: 'SAM', stack: 'orders' } } },
      {
        name: 'with a role that another function uses',
        state: { ...NODE, roleSharers: ['arn:aws:lambda:eu-central-1:222222222222:function:refunds'] },
      },
      {
        name: 'behind a wrapper of its own',
        state: { ...NODE, environment: { ...NODE.environment, AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel' } },
      },
      {
        name: 'five layers, one of them the resolver',
        state: { ...NODE, layers: [...FIVE_LAYERS.slice(1), layer('cinch-secret-resolver')] },
      },
      { name: 'five layers', state: { ...NODE, layers: FIVE_LAYERS } },
      { name: 'an OS-only runtime', state: { ...NODE, runtime: 'provided.al2023' } },
      { name: 'a container image', state: { ...NODE, runtime: null, packageType: 'Image' } },
      { name: 'SnapStart', state: { ...NODE, runtime: 'java21', snapStart: true } },
      { name: 'signed code', state: { ...NODE, codeSigned: true } },
      { name: 'at the edge', state: { ...NODE, edge: true } },
      { name: 'a role of another account', state: { ...NODE, roleArn: 'arn:aws:iam::333333333333:role/shared' } },
      {
        name: 'a role that is linked to a service',
        state: { ...NODE, roleArn: 'arn:aws:iam::222222222222:role/aws-service-role/a.amazonaws.com/AWSServiceRoleForA' },
      },
      { name: 'without a way to SSM', state: { ...NODE, ssmReachable: false, subnets: [subnet('none')] } },
      { name: 'for Secrets Manager', state: NODE, settings: TO_SECRETS_MANAGER },
      { name: 'for Secrets Manager, by a tag', state: { ...NODE, tags: { [STORE_TAG]: 'secrets-manager' } } },
      { name: 'for SSM, by a tag', state: { ...NODE, tags: { [STORE_TAG]: 'ssm' } }, settings: TO_SECRETS_MANAGER },
      {
        name: 'for Secrets Manager, from behind a NAT gateway',
        state: { ...NODE, subnets: [subnet('nat-gateway')] },
        settings: TO_SECRETS_MANAGER,
      },
      {
        name: 'for Secrets Manager, without a sure way there',
        state: { ...NODE, ssmReachable: false, subnets: [subnet('none')] },
        settings: TO_SECRETS_MANAGER,
      },
      {
        name: 'an environment that would grow over 4 KB',
        state: { ...NODE, environment: { ...NODE.environment, SETTINGS: 'on,'.repeat(1320) } },
      },
      {
        name: 'only what an extension reads',
        state: { ...NODE, environment: { DD_API_KEY: '0123456789abcdef0a1b2c3d4e5f6789' } },
      },
      {
        name: 'what an extension reads, beside another',
        state: { ...NODE, environment: { ...NODE.environment, DD_API_KEY: '0123456789abcdef0a1b2c3d4e5f6789' } },
      },
      {
        name: 'more variables than a cold start should read',
        state: { ...NODE, environment: { DB_PASSWORD: PASSWORD, SMTP_PASSWORD: PASSWORD } },
        settings: { secrets: { maxVariables: 1, key: CUSTOMER_MANAGED } },
      },
    ],
  },
});
