import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { movedSince, releasedBesides } from '../../../../shared/aws/steps/secrets/versions.ts';
import {
  LAYER_NAME,
  NEXT_WRAPPER_VARIABLE,
  WRAPPER_PATH,
  WRAPPER_VARIABLE,
} from '../../../../shared/secrets/resolver-contract.ts';

const OWN = '/opt/own-wrapper';
const layer = (name: string) => ({ Arn: `arn:aws:lambda:eu-central-1:222222222222:layer:${name}:3` });
const config = (Variables: Record<string, string>, more: Partial<FunctionConfiguration> = {}): FunctionConfiguration => ({
  Version: '$LATEST',
  MemorySize: 128,
  Layers: [],
  Environment: { Variables },
  ...more,
});
const HELD = { STAGE: 'prod', TOKEN: 'tok-0123456789' };
const MOVED = { STAGE: 'prod', TOKEN: 'cinch-sm:cinch/orders/TOKEN', [WRAPPER_VARIABLE]: WRAPPER_PATH };
const version = config(HELD, { Version: '3', Description: 'release 3', RevisionId: 'one', LastModified: 'then' });

describe('what a clean version would release', () => {
  it('is nothing but the move: references, the resolver and its layer', () => {
    const latest = config(MOVED, { Layers: [layer(LAYER_NAME)], RevisionId: 'two', LastModified: 'now' });
    expect(movedSince(version, latest)).toEqual(['TOKEN']);
    expect(releasedBesides(version, latest)).toEqual([]);
  });

  it('knows the own wrapper that the resolver calls', () => {
    const wrapped = config({ ...HELD, [WRAPPER_VARIABLE]: OWN });
    const chained = config({ ...MOVED, [NEXT_WRAPPER_VARIABLE]: OWN });
    expect(releasedBesides(wrapped, chained)).toEqual([]);
    expect(releasedBesides(wrapped, config(MOVED))).toEqual([WRAPPER_VARIABLE]);
    expect(releasedBesides(version, chained)).toEqual([WRAPPER_VARIABLE]);
  });

  it.each<[string, object, string[]]>([
    ['a setting', { MemorySize: 512 }, ['MemorySize']],
    ["somebody's layer", { Layers: [layer(LAYER_NAME), layer('tracing')] }, ['Layers']],
    ['a role', { Role: 'arn:aws:iam::222222222222:role/other' }, ['Role']],
    [
      'a runtime, a handler and a timeout',
      { Runtime: 'nodejs24.x', Handler: 'b.main', Timeout: 9 },
      ['Handler', 'Runtime', 'Timeout'],
    ],
    ['a network', { VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] } }, ['VpcConfig']],
    ['storage', { EphemeralStorage: { Size: 1024 }, FileSystemConfigs: [] }, ['EphemeralStorage', 'FileSystemConfigs']],
    ['a key and tracing', { KMSKeyArn: 'k', TracingConfig: { Mode: 'Active' } }, ['KMSKeyArn', 'TracingConfig']],
    [
      'where failures go',
      { DeadLetterConfig: { TargetArn: 'arn:aws:sqs:eu-central-1:222222222222:dead' } },
      ['DeadLetterConfig'],
    ],
    ['a field that Lambda has since yesterday', { Turbo: { Mode: 'On' } }, ['Turbo']],
  ])('names %s', (_what, more, names) => {
    expect(releasedBesides(version, config(MOVED, more))).toEqual(names);
  });

  it('names a variable that was added, changed or removed, and no value', () => {
    const { STAGE: _, ...without } = MOVED;
    expect(releasedBesides(version, config({ ...MOVED, STAGE: 'next', NEW: '1' }))).toEqual(['NEW', 'STAGE']);
    expect(releasedBesides(version, config(without))).toEqual(['STAGE']);
  });

  it('refuses variables that Lambda hides', () => {
    const hidden = { ...version, Environment: { Error: { ErrorCode: 'AccessDeniedException' } } };
    expect(() => movedSince(hidden, config(MOVED))).toThrow("can't be read");
  });
});
