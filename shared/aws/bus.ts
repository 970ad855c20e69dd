import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Bus } from '../flows/ports.ts';
import { TryAgain } from '../model/errors.ts';
import { EVENT_SOURCE } from '../names.ts';
import { AwsError, errorCode } from './aws-error.ts';
import { lazily } from './concurrency.ts';
import { envCredentials } from './credentials.ts';
import { CLIENT_SETTINGS } from './sdk-settings.ts';

/** Domain events on the hub bus. @throws TryAgain when EventBridge did not take it, AwsError */
export function makeBus(deps: { region: string; busName: string }): Bus {
  const client = lazily(() => new EventBridgeClient({ ...CLIENT_SETTINGS, region: deps.region, credentials: envCredentials }));
  return {
    publish: async (...events) => {
      const entries = events.map(({ type, detail }) => ({
        EventBusName: deps.busName,
        Source: EVENT_SOURCE,
        DetailType: type,
        Detail: JSON.stringify(detail),
      }));
      const answer = await client()
        .send(new PutEventsCommand({ Entries: entries }))
        .catch((error: unknown) => {
          // The SDK's own message could quote the event.
          throw new AwsError('events:PutEvents', errorCode(error), 0);
        });
      const code = answer.Entries?.find(({ ErrorCode }) => ErrorCode)?.ErrorCode;
      if (code)
        throw new TryAgain(`EventBridge did not take every event of ${events.map(({ type }) => type).join(', ')}: ${code}`);
    },
  };
}
