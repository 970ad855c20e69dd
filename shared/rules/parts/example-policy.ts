import type { QualifiedPolicy } from '../../model/state.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';

const INVOKE = {
  Effect: 'Allow',
  Action: 'lambda:InvokeFunction',
  Resource: 'arn:aws:lambda:eu-central-1:222222222222:function:orders-api',
};

/** A function's policy of the examples, of statements that need only their principal and what is special. */
export const exampleFunctionPolicy = (qualifier: string | null, ...statements: object[]): QualifiedPolicy => ({
  qualifier,
  revisionId: 'r1',
  document: parsePolicyDocument(
    { Version: '2012-10-17', Id: 'default', Statement: statements.map((one) => ({ ...INVOKE, ...one })) },
    'example',
  ),
});

/** The two statements that open a URL to everybody, as the console writes them. */
export const EXAMPLE_TO_URL = {
  Sid: 'FunctionURLAllowPublicAccess',
  Principal: '*',
  Action: 'lambda:InvokeFunctionUrl',
  Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } },
};
export const EXAMPLE_VIA_URL = {
  Sid: 'FunctionURLInvokeAllowPublicAccess',
  Principal: '*',
  Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
};
