/**
 * The function in an integration's URI, without its qualifier: an ARN, or one inside API Gateway's own. A name that a stage variable gives is
 * not named there (https://docs.aws.amazon.com/apigateway/latest/developerguide/aws-api-gateway-stage-variables-reference.html).
 */
export function functionsIn(uri: string | undefined): string[] {
  const found = /arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(?![\w$-])/.exec(uri ?? '');
  return found ? [found[0]] : [];
}
