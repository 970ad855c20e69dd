import type { APIGatewayProxyEventV2WithIAMAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { onApproval } from '../../shared/flows/on-approval.ts';
import { wireOnApproval } from '../../shared/wire-on-approval.ts';

const world = wireOnApproval();

/** `cinch approvals`, behind the HTTP API, which lets in whom IAM allows. */
export const handler = (event: APIGatewayProxyEventV2WithIAMAuthorizer): Promise<APIGatewayProxyStructuredResultV2> =>
  onApproval(world, {
    method: event.requestContext.http.method,
    path: event.rawPath,
    body: event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? ''),
    id: event.requestContext.requestId,
    callerArn: event.requestContext.authorizer?.iam?.userArn ?? null,
  }) as Promise<APIGatewayProxyStructuredResultV2>;
