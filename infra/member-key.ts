import { Aws, CfnCondition, CfnDeletionPolicy, type CfnParameter, type CfnParameterProps, Fn, type Stack } from 'aws-cdk-lib';
import { CfnAlias, CfnKey } from 'aws-cdk-lib/aws-kms';
import { CUSTOMER_MANAGED } from '../shared/model/secret-key.ts';
import { PARAMETER_KEY_ALIAS } from '../shared/names.ts';

const CREATE = 'create';
const NONE = 'none';

/** What the ParameterKey parameter may be, and what it costs. Where the configuration names another key, none is made unless somebody says so. */
export const parameterKeyFor = (secretKey: string): CfnParameterProps => ({
  default: secretKey === CUSTOMER_MANAGED ? CREATE : NONE,
  allowedPattern: `${CREATE}|${NONE}|arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/[a-zA-Z0-9-]+`,
  description:
    `The key that secrets moved to SSM or Secrets Manager are encrypted under, known as ${PARAMETER_KEY_ALIAS} in each region. ` +
    'create: a customer managed key, about 1 USD a month and region, its use audited apart. ' +
    'A key ARN: a key of this account and region that is already paid for. ' +
    'none: no key and no cost; secrets are then not moved (turn Secrets off), or are encrypted under the key that the configuration names.',
});

/** The key and its alias, in every region: a function reads its parameters where it runs. */
export function makeParameterKey(stack: Stack, choice: CfnParameter, watchesFunctions: CfnCondition): void {
  const creates = new CfnCondition(stack, 'CreatesKey', {
    expression: Fn.conditionAnd(watchesFunctions, Fn.conditionEquals(choice.valueAsString, CREATE)),
  });
  const hasKey = new CfnCondition(stack, 'HasKey', {
    expression: Fn.conditionAnd(watchesFunctions, Fn.conditionNot(Fn.conditionEquals(choice.valueAsString, NONE))),
  });
  const key = new CfnKey(stack, 'ParameterKeyOfCinch', {
    description: 'Cinch: secrets that were moved from Lambda environments to SSM or Secrets Manager',
    enableKeyRotation: true,
    keyPolicy: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'IamDecides',
          Effect: 'Allow',
          Principal: { AWS: `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:root` },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    },
  });
  key.cfnOptions.condition = creates;
  // Without the key the moved secrets are gone.
  key.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN;
  key.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
  const alias = new CfnAlias(stack, 'ParameterKeyAlias', {
    aliasName: PARAMETER_KEY_ALIAS,
    targetKeyId: Fn.conditionIf(creates.logicalId, key.attrArn, choice.valueAsString).toString(),
  });
  alias.cfnOptions.condition = hasKey;
}
