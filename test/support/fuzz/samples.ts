/** What the readers are made for, in their more telling forms. */

export const POLICIES = [
  { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
  {
    Statement: [
      {
        Sid: 'a',
        Effect: 'Allow',
        Principal: '*',
        Action: 'lambda:InvokeFunction',
        Resource: 'arn:aws:lambda:eu-central-1:222222222222:function:f',
      },
      {
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com', AWS: ['222222222222'] },
        Action: ['s3:Get*', 'iam:PassRole'],
        NotResource: 'arn:aws:s3:::b/*',
        Condition: {
          StringLike: { 'aws:SourceArn': ['arn:aws:s3:::*'] },
          'ForAllValues:StringEquals': { 'aws:PrincipalOrgID': 'o-1' },
        },
      },
      { Effect: 'Deny', NotAction: ['iam:*'], Resource: '*', Condition: { Bool: { 'aws:MultiFactorAuthPresent': false } } },
    ],
  },
].map((policy) => JSON.stringify(policy));

export const TEMPLATES = [
  JSON.stringify({
    Resources: {
      Fn: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          FunctionName: { 'Fn::Sub': '${AWS::StackName}-f' },
          Timeout: 900,
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          Environment: { Variables: { DB_PASSWORD: 'hunter2-Xk29' } },
        },
      },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: JSON.parse(POLICIES[1] ?? ''),
          Policies: [{ PolicyName: 'p', PolicyDocument: JSON.parse(POLICIES[0] ?? '') }],
        },
      },
      P: {
        Type: 'AWS::Lambda::Permission',
        Properties: { FunctionName: { Ref: 'Fn' }, Principal: '*', Action: 'lambda:InvokeFunction' },
      },
    },
  }),
  `Transform: AWS::Serverless-2016-10-31
Parameters: { Stage: { Type: String, Default: prod } }
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.handler
      Runtime: nodejs22.x
      Timeout: !If [IsProd, 30, 900]
      Environment: &env { Variables: { A: !Sub "\${Stage}-x", B: !Ref Stage } }
      Events: { Api: { Type: HttpApi, Properties: { Path: /x, Method: get } } }
  Other: { Type: "AWS::Lambda::Function", Properties: { Environment: *env, Role: !GetAtt FnRole.Arn } }
`,
  JSON.stringify({
    format_version: '1.2',
    planned_values: {
      root_module: {
        resources: [
          { address: 'aws_lambda_function.f', type: 'aws_lambda_function', values: { function_name: 'f', timeout: 900 } },
        ],
      },
    },
  }),
];
