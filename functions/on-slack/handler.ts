import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { makeOnSlack } from '../../shared/flows/on-slack.ts';
import { wireOnSlack } from '../../shared/wire-on-slack.ts';
import { readHttpEvent } from './http-event.ts';

const answer = makeOnSlack(wireOnSlack());

/** Slack's interactivity requests, behind the HTTP API. */
export const handler = (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> =>
  answer(readHttpEvent(event)) as Promise<APIGatewayProxyStructuredResultV2>;
