/** What the variables of ordinary functions look like. */
export const TYPICAL: readonly (readonly [name: string, value: string])[] = [
  ['TABLE_NAME', 'orders-prod-OrdersTable-1A2B3C4D5E6F7'],
  ['LOG_LEVEL', 'INFO'],
  ['POWERTOOLS_SERVICE_NAME', 'orders'],
  ['QUEUE_URL', 'https://sqs.eu-west-1.amazonaws.com/111111111111/orders'],
  ['TOPIC_ARN', 'arn:aws:sns:eu-west-1:111111111111:orders'],
  ['STAGE', 'prod'],
  ['FEATURE_ENABLED', 'true'],
  ['TIMEOUT_MS', '3000'],
  ['NODE_OPTIONS', '--enable-source-maps'],
  ['BUCKET', 'orders-exports-111111111111'],
  ['API_URL', 'https://api.example.com/v1'],
  ['DB_HOST', 'orders.cluster-abc.eu-west-1.rds.amazonaws.com'],
  ['DB_USER', 'orders'],
  ['SECRET_ARN', 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:orders-AbCdEf'],
  ['TZ', ':UTC'],
  ['MODEL_ID', 'anthropic.claude-3-haiku-20240307-v1:0'],
];
