import { RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { Config } from '../../shared/config/schema.ts';
import { CONFIG_PARAMETER, STATUS_INDEX } from '../../shared/names.ts';
import { accept } from '../accept.ts';

/** The ledger: findings, plans, leases, notes, exemptions, the audit. */
export function makeLedgerTable(scope: Construct, encryptionKey: IKey, removalPolicy: RemovalPolicy): Table {
  const table = new Table(scope, 'Ledger', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute: 'ttl',
    encryption: TableEncryption.CUSTOMER_MANAGED,
    encryptionKey,
    deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
    removalPolicy,
  });
  table.addGlobalSecondaryIndex({
    indexName: STATUS_INDEX,
    partitionKey: { name: 'gsi_pk', type: AttributeType.STRING },
    sortKey: { name: 'gsi_sk', type: AttributeType.STRING },
    projectionType: ProjectionType.ALL,
  });
  return table;
}

const STANDARD_BYTES = 4096;
const ADVANCED_BYTES = 8192;

/** @throws Error when the configuration is more than a parameter can hold. */
export function makeConfigParameter(scope: Construct, config: Config): CfnParameter {
  const value = JSON.stringify(config);
  const bytes = Buffer.byteLength(value);
  if (bytes > ADVANCED_BYTES)
    throw new Error(`The configuration has ${bytes} bytes as JSON; an SSM parameter holds ${ADVANCED_BYTES}.`);
  return new CfnParameter(scope, 'Config', {
    name: CONFIG_PARAMETER,
    type: 'String',
    tier: bytes > STANDARD_BYTES ? 'Advanced' : 'Standard',
    description: 'The configuration of Cinch, as validated at synth',
    value,
  });
}

/** Answers its ARN. Empty until the operator fills it; the functions refuse an empty signing secret. */
export function makeSlackSecret(scope: Construct, key: IKey, removalPolicy: RemovalPolicy): string {
  const secret = new Secret(scope, 'SlackSecret', {
    secretName: 'cinch/slack',
    description: 'Fill in: {"signingSecret": "...", "botToken": "xoxb-..."} of the Slack app',
    encryptionKey: key,
    // No secret: the shape of one, for the console. CloudFormation writes it once.
    secretStringValue: SecretValue.unsafePlainText(JSON.stringify({ signingSecret: '', botToken: '' })),
    removalPolicy,
  });
  accept(secret, 'Slack issues both values; nothing in AWS can rotate them.', 'SMG4');
  return (secret.node.defaultChild as CfnSecret).attrId;
}
