import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type HttpRequest, MAX_BODY } from '../../shared/flows/on-slack.ts';

/** As many characters as a body that is just too long has in base64; in plain text it has fewer. */
const MORE_THAN_ENOUGH = Math.ceil((MAX_BODY + 1) / 3) * 4;

/**
 * The request in an HTTP API event (payload 2.0). The body's bytes are kept as Slack sent them, since the signature is over them. Of one that is
 * too long only as much is decoded as shows that it is.
 */
export function readHttpEvent(event: Pick<APIGatewayProxyEventV2, 'body' | 'headers' | 'isBase64Encoded'>): HttpRequest {
  const headers = Object.entries(event.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    headers: Object.fromEntries(headers),
    body: Buffer.from((event.body ?? '').slice(0, MORE_THAN_ENOUGH), event.isBase64Encoded ? 'base64' : 'utf8'),
  };
}
