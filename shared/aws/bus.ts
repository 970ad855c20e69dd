import type { Bus } from '../flows/ports.ts';
import { TryAgain } from '../model/errors.ts';
import { EVENT_SOURCE } from '../names.ts';
import type { LightClient } from './hub-client.ts';

/** Domain events on the hub bus. @throws TryAgain when EventBridge did not take it, AwsError */
export function makeBus(deps: { hub: LightClient; busName: string }): Bus {
  return {
    publish: async (event) => {
      const entry = {
        EventBusName: deps.busName,
        Source: EVENT_SOURCE,
        DetailType: event.type,
        Detail: JSON.stringify(event.detail),
      };
      const answer = await deps.hub.call('events', 'PutEvents', { Entries: [entry] });
      const [result] = (answer.Entries ?? []) as { ErrorCode?: string }[];
      if (result?.ErrorCode) throw new TryAgain(`EventBridge did not take a ${event.type} event: ${result.ErrorCode}`);
    },
  };
}
