import { describe, expect, it } from 'vitest';
import { canonicalName } from '../../../shared/events/canonical.ts';
import { eventPatterns } from '../../../shared/events/patterns.ts';
import { concernOf, WATCHED } from '../../../shared/events/watched.ts';
import { matchesPattern } from './event-pattern.ts';

/** As CloudTrail writes them, dates and all. */
const REAL_NAMES: Readonly<Record<string, readonly string[]>> = {
  'lambda.amazonaws.com': [
    'CreateFunction20150331',
    'UpdateFunctionConfiguration20150331v2',
    'UpdateFunctionCode20150331v2',
    'DeleteFunction20150331',
    'AddPermission20150331v2',
    'RemovePermission20150331v2',
    'CreateFunctionUrlConfig',
    'UpdateFunctionUrlConfig',
    'DeleteFunctionUrlConfig',
    'PublishVersion20150331',
    'CreateAlias20150331',
    'UpdateAlias20150331',
    'DeleteAlias20150331',
    'PutFunctionConcurrency20171031',
    'DeleteFunctionConcurrency20171031',
    'PutFunctionEventInvokeConfig',
    'UpdateFunctionEventInvokeConfig',
    'DeleteFunctionEventInvokeConfig',
    'PutFunctionCodeSigningConfig',
    'DeleteFunctionCodeSigningConfig',
    'PutRuntimeManagementConfig',
    'CreateEventSourceMapping20150331',
    'UpdateEventSourceMapping20150331',
    'DeleteEventSourceMapping20150331',
    'TagResource20170331v2',
    'UntagResource20170331v2',
  ],
};

const NOT_WATCHED = [
  'GetFunction20150331v2',
  'GetPolicy20150331v2',
  'ListTags20170331',
  'ListVersionsByFunction20150331',
  'PublishLayerVersion20181031',
  'DeleteLayerVersion20181031',
  'AddLayerVersionPermission20181031',
  'RemoveLayerVersionPermission20181031',
  'CreateCodeSigningConfig20200422',
  'UpdateCodeSigningConfig20200422',
];

const NOT_WATCHED_OF_APIS = [
  'GetRestApi',
  'GetRestApis',
  'TestInvokeMethod',
  'CreateApiKey',
  'CreateDomainName',
  'CreateVpcLink',
  'CreateModel',
];

describe('the patterns of the forward rules', () => {
  it.each(WATCHED.map((watched) => [watched.id, watched] as const))(
    '%s: every watched name passes, as it really looks',
    (_id, watched) => {
      const real = REAL_NAMES[watched.eventSource] ?? Object.keys(watched.names);
      expect(new Set(real.map(canonicalName))).toEqual(new Set(Object.keys(watched.names)));
      for (const name of real) expect(passing(event(watched, name)), name).toEqual([watched.id]);
    },
  );

  it('drops failed and read-only calls, and lets a record without readOnly pass', () => {
    for (const watched of WATCHED) {
      const [name = ''] = REAL_NAMES[watched.eventSource] ?? Object.keys(watched.names);
      expect(passing(event(watched, name, { errorCode: 'AccessDenied' }))).toEqual([]);
      expect(passing(event(watched, name, { readOnly: true }))).toEqual([]);
      expect(passing(event(watched, name, { readOnly: undefined }))).toEqual([watched.id]);
    }
  });

  it('lets no name through that is not watched', () => {
    const [lambda] = WATCHED;
    if (!lambda) throw new Error('nothing is watched');
    for (const name of NOT_WATCHED) expect(passing(event(lambda, name)), name).toEqual([]);
    const apis = WATCHED.find(({ id }) => id === 'apigateway');
    if (!apis) throw new Error('APIs are not watched');
    for (const name of NOT_WATCHED_OF_APIS) expect(passing(event(apis, name)), name).toEqual([]);
    for (const { pattern } of eventPatterns()) {
      for (const entry of pattern.detail.eventName) {
        const name = typeof entry === 'string' ? entry : entry.prefix;
        expect(concernOf(pattern.detail.eventSource[0] ?? '', name), name).toBeDefined();
      }
    }
  });

  it('takes no service for another: the same call of another source does not pass', () => {
    const [lambda] = WATCHED;
    if (!lambda) throw new Error('nothing is watched');
    const foreign = { ...lambda, source: 'aws.s3', eventSource: 's3.amazonaws.com' };
    expect(passing(event(foreign, 'TagResource20170331v2'))).toEqual([]);
    expect(passing({ ...event(lambda, 'TagResource20170331v2'), 'detail-type': 'AWS Service Event via CloudTrail' })).toEqual([]);
  });

  it('stays under EventBridge’s limit of 2,048 bytes a pattern, and is one rule a source', () => {
    const patterns = eventPatterns();
    expect(new Set(patterns.map(({ source }) => source)).size).toBe(patterns.length);
    for (const { pattern } of patterns) expect(Buffer.byteLength(JSON.stringify(pattern))).toBeLessThan(2048);
  });
});

describe('canonicalName', () => {
  it.each([
    ['UpdateFunctionConfiguration20150331v2', 'UpdateFunctionConfiguration'],
    ['PutFunctionConcurrency20171031', 'PutFunctionConcurrency'],
    ['CreateFunctionUrlConfig', 'CreateFunctionUrlConfig'],
    ['PutRolePolicy', 'PutRolePolicy'],
  ])('%s -> %s', (real, canonical) => {
    expect(canonicalName(real)).toBe(canonical);
  });
});

function passing(candidate: object): string[] {
  return eventPatterns()
    .filter(({ pattern }) => matchesPattern(pattern, candidate))
    .map(({ id }) => id);
}

function event(watched: { source: string; eventSource: string }, eventName: string, detail: object = {}): object {
  return JSON.parse(
    JSON.stringify({
      source: watched.source,
      'detail-type': 'AWS API Call via CloudTrail',
      account: '222222222222',
      detail: { eventSource: watched.eventSource, eventName, readOnly: false, ...detail },
    }),
  );
}
