import { type Replay, type ReplayOptions, replayEvent } from '../../../shared/flows/replay.ts';
import { parseReplayState } from '../../../shared/flows/replay-state.ts';
import { RULES } from '../../../shared/rules/index.ts';
import { EXAMPLE_SETTINGS } from '../../../shared/rules/parts/example-context.ts';

export const ACCOUNT = '222222222222';
export const FUNCTION_ARN = `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:orders`;

type Service = 'lambda' | 'iam' | 'apigateway' | 'wafv2';

/** One recorded call as EventBridge delivers it. */
export function called(
  service: Service,
  eventName: string,
  requestParameters: unknown,
  responseElements: unknown = null,
  more: object = {},
) {
  return {
    version: '0',
    id: 'e1',
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${service}`,
    account: ACCOUNT,
    region: service === 'iam' ? 'us-east-1' : 'eu-central-1',
    time: '2026-02-03T10:11:12Z',
    resources: [],
    detail: {
      eventSource: `${service}.amazonaws.com`,
      eventName,
      eventID: 'e1',
      eventTime: '2026-02-03T10:11:12Z',
      readOnly: false,
      recipientAccountId: ACCOUNT,
      userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/dana`, accountId: ACCOUNT },
      requestParameters,
      responseElements,
      ...more,
    },
  };
}

/** @param state as a state file has it */
export function replay(event: unknown, more: Partial<Omit<ReplayOptions, 'state'>> & { state?: unknown } = {}): Replay {
  const { state, ...options } = more;
  return replayEvent(event, {
    rules: RULES,
    settings: EXAMPLE_SETTINGS,
    ...options,
    ...(state === undefined ? {} : { state: parseReplayState(state) }),
  });
}

export const idsOf = ({ findings }: Replay): string[] => findings.map(({ id }) => id);
