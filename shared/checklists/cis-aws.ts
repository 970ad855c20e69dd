/** CIS AWS Foundations Benchmark v3.0.0: the items about IAM that concern functions. */
export const CIS_AWS = {
  name: 'CIS AWS Foundations Benchmark v3.0.0',
  url: 'https://www.cisecurity.org/benchmark/amazon_web_services',
  items: {
    'cis-1.12': 'Ensure credentials unused for 45 days or greater are disabled',
    'cis-1.16': 'Ensure IAM policies that allow full "*:*" administrative privileges are not attached',
    'cis-1.20': 'Ensure that IAM Access Analyzer is enabled for all regions',
  },
} as const;
