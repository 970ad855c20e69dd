/** A CloudTrail event as EventBridge delivers it, about a function of account 222222222222. */
export function lambdaEvent(
  changes: {
    id?: string;
    name?: string;
    functionName?: string;
    account?: string;
    issuer?: string;
    time?: string;
    errorCode?: string;
  } = {},
): object {
  const account = changes.account ?? '222222222222';
  const issuer = changes.issuer ?? 'developer';
  const functionName = changes.functionName ?? 'orders';
  const time = changes.time ?? '2026-11-22T11:59:50Z';
  return {
    version: '0',
    id: `envelope-${changes.id ?? 'e1'}`,
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.lambda',
    account,
    time,
    region: 'eu-central-1',
    resources: [],
    detail: {
      eventVersion: '1.11',
      userIdentity: {
        type: 'AssumedRole',
        principalId: 'AROAEXAMPLE:dave@example.com',
        arn: `arn:aws:sts::${account}:assumed-role/${issuer}/dave@example.com`,
        accountId: account,
        sessionContext: {
          sessionIssuer: {
            type: 'Role',
            principalId: 'AROAEXAMPLE',
            arn: `arn:aws:iam::${account}:role/${issuer}`,
            accountId: account,
            userName: issuer,
          },
        },
      },
      eventTime: time,
      eventSource: 'lambda.amazonaws.com',
      eventName: changes.name ?? 'CreateFunction20150331',
      awsRegion: 'eu-central-1',
      sourceIPAddress: '192.0.2.10',
      userAgent: 'aws-cli/2.30.0',
      requestParameters: { functionName },
      responseElements: { functionName, functionArn: `arn:aws:lambda:eu-central-1:${account}:function:${functionName}` },
      requestID: 'r1',
      eventID: changes.id ?? 'e1',
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: account,
      eventCategory: 'Management',
      ...(changes.errorCode ? { errorCode: changes.errorCode } : {}),
    },
  };
}
