import { IAM_REGION } from '../../model/resource.ts';
import { broken, fine, type Judgement } from './check.ts';
import type { FieldSelector, Selectors, TrailFacts } from './member-facts.ts';

/**
 * EventBridge gets "AWS API Call via CloudTrail" only while a trail records management events
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html). Pure.
 * @param sources CloudTrail's names of the services that must be in it
 */
export function trailIs(region: string, sources: readonly string[], trails: readonly TrailFacts[]): Judgement {
  const here = trails.filter(({ isMultiRegion, homeRegion }) => isMultiRegion || homeRegion === region);
  if (here.length === 0)
    return broken(
      'no trail records this region',
      'make one of all regions: aws cloudtrail create-trail --is-multi-region-trail, then start-logging',
    );
  const reasons = here.map((trail) => [trail.name, whyNot(trail, region, sources)] as const);
  const sound = reasons.find(([, why]) => why === undefined);
  if (sound) return fine(sound[0]);
  const [first] = here;
  return broken(
    reasons.map(([name, why]) => `${name} ${why}`).join('; '),
    here.some(({ isLogging }) => !isLogging)
      ? `aws cloudtrail start-logging --name ${first?.name} --region ${first?.homeRegion}`
      : `aws cloudtrail put-event-selectors --trail-name ${first?.name}: management events, all or write-only`,
  );
}

function whyNot(trail: TrailFacts, region: string, sources: readonly string[]): string | undefined {
  if (!trail.isLogging) return 'is switched off';
  if (region === IAM_REGION && !trail.hasGlobalEvents) return 'leaves out global services, and so IAM';
  const missing = sources.filter((source) => !recordsWrites(trail.selectors, source));
  if (missing.length === sources.length) return 'records no management events that write';
  return missing.length > 0 ? `leaves out ${missing.join(', ')}` : undefined;
}

/** Whether a service's management events that write are recorded. Pure. */
export function recordsWrites({ EventSelectors = [], AdvancedEventSelectors = [] }: Selectors, source: string): boolean {
  const isBasic = EventSelectors.some(
    ({ ReadWriteType, IncludeManagementEvents, ExcludeManagementEventSources = [] }) =>
      IncludeManagementEvents === true && ReadWriteType !== 'ReadOnly' && !ExcludeManagementEventSources.includes(source),
  );
  return isBasic || AdvancedEventSelectors.some(({ FieldSelectors = [] }) => selects(FieldSelectors, source));
}

function selects(fields: readonly FieldSelector[], source: string): boolean {
  const passes = (name: string, value: string): boolean =>
    fields
      .filter(({ Field }) => Field === name)
      .every(({ Equals, NotEquals }) => (Equals?.includes(value) ?? true) && !NotEquals?.includes(value));
  const isManagement = fields.some(({ Field, Equals }) => Field === 'eventCategory' && Equals?.includes('Management'));
  return isManagement && passes('readOnly', 'false') && passes('eventSource', source) && fields.every(isPlain);
}

/** What is selected by other fields, or otherwise, selects only a part. */
const isPlain = ({ Field = '', ...how }: FieldSelector): boolean =>
  ['eventCategory', 'readOnly', 'eventSource'].includes(Field) &&
  Object.keys(how).every((key) => ['Equals', 'NotEquals'].includes(key));
