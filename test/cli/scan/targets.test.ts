import { describe, expect, it } from 'vitest';
import type { ScanOptions } from '../../../cli/scan/command.ts';
import { rolesOf, targetsOf } from '../../../cli/scan/targets.ts';

const options = (more: Partial<ScanOptions> = {}): ScanOptions => ({ format: 'table', failOn: 'low', concurrency: 4, ...more });
const me = { whoAmI: async () => ({ account: '111111111111' }), homeRegion: async () => 'eu-central-1' };

describe('where a scan looks', () => {
  it('is the caller’s account in the profile’s region', async () => {
    expect(await targetsOf(options(), me)).toEqual({ accounts: ['111111111111'], regions: ['eu-central-1'] });
    expect(rolesOf(options())('111111111111')).toBeUndefined();
  });

  it('or what the options name, each once', async () => {
    const given = options({
      accounts: ['222222222222', '222222222222'],
      roleName: 'audit',
      regions: ['eu-west-1', 'us-east-1', 'eu-west-1'],
    });
    expect(await targetsOf(given, me)).toEqual({ accounts: ['222222222222'], regions: ['eu-west-1', 'us-east-1'] });
    expect(rolesOf(given)('222222222222')).toBe('arn:aws:iam::222222222222:role/audit');
  });

  it('or the accounts of the roles', async () => {
    const roleArn = ['arn:aws:iam::222222222222:role/audit', 'arn:aws:iam::333333333333:role/path/audit'];
    const given = options({ roleArn });
    expect((await targetsOf(given, me)).accounts).toEqual(['222222222222', '333333333333']);
    expect(rolesOf(given)('333333333333')).toBe(roleArn[1]);
  });

  it('keeps a role in the partition of its regions', () => {
    expect(rolesOf(options({ roleName: 'audit', regions: ['cn-north-1'] }))('222222222222')).toBe(
      'arn:aws-cn:iam::222222222222:role/audit',
    );
  });

  it('must be somewhere', async () => {
    await expect(targetsOf(options(), { ...me, homeRegion: async () => undefined })).rejects.toThrow('--regions');
  });

  it.each([
    [{ accounts: ['12'] }, '12: an account has 12 digits'],
    [{ regions: ['everywhere'] }, 'everywhere: not an AWS region'],
    [{ accounts: ['222222222222'] }, '--accounts: name the role to assume'],
    [{ roleArn: ['audit'] }, 'audit: not a role'],
    [{ roleArn: ['arn:aws:iam::222222222222:role/a'], roleName: 'b' }, '--role-name: give it or --role-arn'],
  ])('refuses %j', (more, message) => {
    expect(() => rolesOf(options(more))).toThrow(message);
  });
});
