import { expect, it } from 'vitest';
import { asksAbout } from '../../../shared/config/resolve.ts';
import { makeConfig } from '../../support/world.ts';

const ACCOUNT = '222222222222';
const low = { id: 'lambda-tracing-off', severity: 'low' } as const;

it('asks from the configured severity on, and about every rule that is named', () => {
  const config = makeConfig({ slack: { asksFrom: 'medium' } });
  expect(asksAbout(config, low, ACCOUNT)).toBe(false);
  expect(asksAbout(config, { id: 'x', severity: 'medium' }, ACCOUNT)).toBe(true);
  expect(asksAbout(makeConfig({ slack: { asksFrom: 'critical' } }), { id: 'x', severity: 'high' }, ACCOUNT)).toBe(false);
  const named = makeConfig({ slack: { asksFrom: 'medium' }, rules: { 'lambda-tracing-off': 'ask' } });
  expect(asksAbout(named, low, ACCOUNT)).toBe(true);
});
