import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { HttpRequest } from '../../shared/flows/on-slack.ts';

/** The request in an HTTP API event (payload 2.0). The body's bytes are kept as Slack sent them, since the signature is over them. */
export function readHttpEvent(event: Pick<APIGatewayProxyEventV2, 'body' | 'headers' | 'isBase64Encoded'>): HttpRequest {
  const headers = Object.entries(event.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    headers: Object.fromEntries(headers),
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
  };
}
