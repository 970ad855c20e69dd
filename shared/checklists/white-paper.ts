/** "Serverless Security: Function-Level IAM, Ephemeral Lifecycles, and Runtime Isolation", its audit checklist. */
export const WHITE_PAPER = {
  name: 'Serverless Security white paper',
  url: null,
  items: {
    'wp-1': 'IAM role isolation: each function has a unique IAM role tailored to its requirements',
    'wp-2': 'Environment secrets: all secrets are stored in Secrets Manager or SSM Parameter Store and retrieved dynamically',
    'wp-3': 'Execution environment: functions delete their files in /tmp before returning',
    'wp-4': 'API authorization: all public APIs route through an authorizer',
    'wp-5': 'Egress VPC isolation: functions with internal access run in private subnets and use VPC endpoints',
    'wp-6': 'Timeout policies: timeouts are the minimum required for successful execution',
  },
} as const;
