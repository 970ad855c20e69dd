import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type CfnFunction, type Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type BotFunction, botFunctionName, botRoleName } from '../../shared/names.ts';
import { accept } from '../accept.ts';

/** The newest that the CDK knows: a test fails when there is a newer one. */
export const BOT_RUNTIME = Runtime.NODEJS_24_X;

export interface FunctionPlan {
  readonly description: string;
  readonly timeout: Duration;
  /** Also the share of a CPU: less is slower, not cheaper. */
  readonly memoryMb: number;
}

export const FUNCTION_PLANS: Readonly<Record<BotFunction, FunctionPlan>> = {
  'on-change': {
    description: 'Reads what changed, judges it, and decides',
    timeout: Duration.minutes(2),
    memoryMb: 512,
  },
  apply: {
    description: 'The only one that changes an account: applies, verifies and undoes plans',
    timeout: Duration.minutes(5),
    memoryMb: 512,
  },
  'on-slack': {
    description: 'Verifies what Slack sends and queues it',
    // Slack waits three seconds.
    timeout: Duration.seconds(5),
    memoryMb: 512,
  },
  'on-approval': {
    description: 'Answers cinch approvals: what waits, and decisions to be made',
    timeout: Duration.seconds(20),
    memoryMb: 512,
  },
  notify: {
    description: 'Writes to Slack and decides clicks',
    timeout: Duration.minutes(1),
    memoryMb: 512,
  },
  sweep: {
    description: 'Looks again at what events may have missed; expires and reminds',
    timeout: Duration.minutes(5),
    memoryMb: 512,
  },
  export: {
    description: 'Tells Security Hub of findings',
    timeout: Duration.minutes(5),
    memoryMb: 512,
  },
};

export interface HubFunctionProps {
  readonly name: BotFunction;
  readonly code: Code;
  readonly logRetention: RetentionDays;
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly PolicyStatement[];
}

/** One Lambda function of the hub, with a role of its own by the name that member accounts trust. */
export class HubFunction extends Construct {
  readonly fn: LambdaFunction;
  readonly role: Role;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: HubFunctionProps) {
    super(scope, id);
    const functionName = botFunctionName(props.name);
    const plan = FUNCTION_PLANS[props.name];
    // Ids and outcomes only, for searching; the audit is in the ledger.
    this.logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      roleName: botRoleName(props.name),
      description: `Execution role of ${functionName}`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        own: new PolicyDocument({ statements: [...props.statements, writeLogs(this, functionName), writeTraces()] }),
      },
    });
    accept(
      this.role,
      'The log streams of the function’s own log group.',
      `IAM5[Resource::${logStreams(this, functionName, '<AWS::Partition>')}]`,
    );
    accept(this.role, 'X-Ray knows no resource to put traces on.', 'IAM5[Resource::*]');
    this.fn = new LambdaFunction(this, 'Function', {
      functionName,
      description: plan.description,
      runtime: BOT_RUNTIME,
      architecture: Architecture.ARM_64,
      code: props.code,
      handler: 'index.handler',
      timeout: plan.timeout,
      memorySize: plan.memoryMb,
      role: this.role,
      logGroup: this.logGroup,
      environment: { ...props.environment, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    });
    // The property alone: CDK's own would give the role a second policy, which the function would have to wait for.
    (this.fn.node.defaultChild as CfnFunction).tracingConfig = { mode: 'Active' };
    // The role's ARN in the properties says it already (cfn-lint W3005).
    (this.fn.node.defaultChild as CfnFunction).addDeletionOverride('DependsOn');
  }
}

function logStreams(scope: Construct, functionName: string, partition: string): string {
  const { region, account } = Stack.of(scope);
  return `arn:${partition}:logs:${region}:${account}:log-group:/aws/lambda/${functionName}:*`;
}

const writeLogs = (scope: Construct, functionName: string): PolicyStatement =>
  new PolicyStatement({
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [logStreams(scope, functionName, Stack.of(scope).partition)],
  });

const writeTraces = (): PolicyStatement =>
  new PolicyStatement({
    // AWS knows no resource for them (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html).
    actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
    resources: ['*'],
  });
