/** What moved secrets are encrypted under: `secrets.key` of the configuration. */

/** The key of each account and region that the member stack makes or names, behind PARAMETER_KEY_ALIAS. */
export const CUSTOMER_MANAGED = 'customer-managed';
/** AWS's own key of each account and region, aws/ssm or aws/secretsmanager: free, and whoever may read a parameter may decrypt it. */
export const AWS_MANAGED = 'aws-managed';

const MULTI_REGION_KEY = /^(arn:aws[a-z-]*:kms:)[a-z0-9-]+(:\d{12}:key\/mrk-[0-9a-f]{32})$/;

/** Those, or a multi-Region key that one account shares with all members: its ARN in any of its regions. */
export const KEY_CHOICE = new RegExp(`^(${CUSTOMER_MANAGED}|${AWS_MANAGED}|${MULTI_REGION_KEY.source.slice(1, -1)})$`);

/** The ARN of the shared multi-Region key in a region, or undefined: its replicas have one id (https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html). */
export function sharedKeyArn(choice: string, region: string): string | undefined {
  const [, before, after] = MULTI_REGION_KEY.exec(choice) ?? [];
  return before === undefined || after === undefined ? undefined : before + region + after;
}
