const URL = 'https://www.cisecurity.org/benchmark/amazon_web_services';

/** CIS AWS Foundations Benchmark v3.0.0: the items that concern functions, their roles, the people who deploy them and their event sources. */
export const CIS_AWS = {
  name: 'CIS AWS Foundations Benchmark v3.0.0',
  url: URL,
  items: {
    'cis-1.12': 'Ensure credentials unused for 45 days or greater are disabled',
    'cis-1.14': 'Ensure access keys are rotated every 90 days or less',
    'cis-1.15': 'Ensure IAM Users Receive Permissions Only Through Groups',
    'cis-1.16': 'Ensure IAM policies that allow full "*:*" administrative privileges are not attached',
    'cis-1.20': 'Ensure that IAM Access Analyzer is enabled for all regions',
    'cis-1.22': 'Ensure access to AWSCloudShellFullAccess is restricted',
    'cis-2.1.4': "Ensure that S3 Buckets are configured with 'Block public access (bucket settings)'",
    'cis-5.5': 'Ensure routing tables for VPC peering are "least access"',
  },
} as const;

/** The same items in v5.0.0, which numbers them anew. */
export const CIS_AWS_5 = {
  name: 'CIS AWS Foundations Benchmark v5.0.0',
  url: URL,
  items: {
    'cis5-1.11': 'Ensure credentials unused for 45 days or more are disabled',
    'cis5-1.13': 'Ensure access keys are rotated every 90 days or less',
    'cis5-1.14': 'Ensure IAM Users Receive Permissions Only Through Groups',
    'cis5-1.15': 'Ensure IAM policies that allow full "*:*" administrative privileges are not attached',
    'cis5-1.19': 'Ensure that IAM External Access Analyzer is enabled for all regions',
    'cis5-1.21': 'Ensure access to AWSCloudShellFullAccess is restricted',
    'cis5-2.1.4': "Ensure that S3 is configured with 'Block Public Access' enabled",
    'cis5-5.6': 'Ensure routing tables for VPC peering are "least access"',
  },
} as const;
