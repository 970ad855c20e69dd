import { describe, expect, it } from 'vitest';
import { channelFor, ownerOf } from '../../../shared/config/channels.ts';
import { makeConfig } from '../../support/world.ts';

type Lines = ReturnType<typeof makeConfig>['slack']['channels'];

const configWith = (channels: Lines) =>
  makeConfig({
    members: [
      { account: '222222222222', unit: 'shops', regions: ['eu-central-1'] },
      { account: '333333333333', regions: ['eu-central-1'] },
    ],
    slack: { channels },
  });
const finding = { account: '222222222222', severity: 'high', owner: 'team-a' } as const;

describe('the channel of a finding', () => {
  it.each<[string, Lines, string]>([
    ['none of its own', [], 'C0CINCH'],
    ['its account', [{ accounts: ['222222222222'], channel: 'C0A' }], 'C0A'],
    ['another account', [{ accounts: ['333333333333'], channel: 'C0A' }], 'C0CINCH'],
    ['its unit', [{ units: ['shops'], channel: 'C0A' }], 'C0A'],
    ['its severity', [{ severities: ['critical', 'high'], channel: 'C0A' }], 'C0A'],
    ['its owner', [{ owners: ['team-a'], channel: 'C0A' }], 'C0A'],
    ['everything named must fit', [{ units: ['shops'], severities: ['low'], channel: 'C0A' }], 'C0CINCH'],
    [
      'the last one that fits',
      [
        { units: ['shops'], channel: 'C0A' },
        { owners: ['team-a'], channel: 'C0B' },
      ],
      'C0B',
    ],
    [
      'a later one that does not fit',
      [
        { units: ['shops'], channel: 'C0A' },
        { owners: ['team-b'], channel: 'C0B' },
      ],
      'C0A',
    ],
    ['a line that names nothing', [{ channel: 'C0ALL' }], 'C0ALL'],
  ])('%s', (_, lines, expected) => {
    expect(channelFor(configWith(lines), finding)).toBe(expected);
  });

  it('is the common one for an account without a unit, or without an owner', () => {
    const config = configWith([
      { units: ['shops'], channel: 'C0A' },
      { owners: ['team-a'], channel: 'C0B' },
    ]);
    expect(channelFor(config, { account: '333333333333', severity: 'high', owner: null })).toBe('C0CINCH');
    expect(channelFor(config, { account: '999999999999', severity: 'high', owner: null })).toBe('C0CINCH');
  });
});

it('takes the first owner tag that says something', () => {
  expect(ownerOf(['owner', 'team'], { team: 'b', owner: 'a' })).toBe('a');
  expect(ownerOf(['owner', 'team'], { team: 'b', owner: '' })).toBe('b');
  expect(ownerOf(['owner', 'team'], { Owner: ' a ' })).toBe('a');
  expect(ownerOf(['owner', 'team'], { 'cost-center': '7' })).toBeNull();
});
