import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import {
  datesOf,
  daysLeft,
  isDeprecated,
  RUNTIMES,
  RUNTIMES_AS_OF,
  successorOf,
} from '../../../../shared/rules/parts/runtimes.ts';

const names = Object.keys(RUNTIMES);

describe('the table of runtimes', () => {
  it('names every runtime that the CDK knows', () => {
    const known = [...new Set(Runtime.ALL.map(({ name }) => name))].filter((name) => name !== Runtime.FROM_IMAGE.name);
    expect(known.length).toBeGreaterThan(40);
    expect(known.filter((name) => datesOf(name) === undefined)).toEqual([]);
  });

  it('calls no runtime supported that the CDK calls legacy, by the day it was made', () => {
    // The CDK marks them in its types only; these are the ones without doubt.
    const legacy = ['nodejs16.x', 'nodejs18.x', 'python3.8', 'python3.9', 'java8', 'dotnet6', 'go1.x', 'ruby2.7', 'provided'];
    expect(legacy.filter((name) => !isDeprecated(name, `${RUNTIMES_AS_OF}T00:00:00.000Z`))).toEqual([]);
  });

  it.each(names)('%s has days that exist, in an order that makes sense', (name) => {
    const { deprecated, blockCreate, blockUpdate } = datesOf(name) ?? {};
    for (const day of [deprecated, blockCreate, blockUpdate])
      if (day !== null) expect(new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10)).toBe(day);
    if (blockCreate && blockUpdate) expect(blockCreate <= blockUpdate).toBe(true);
    // AWS blocked the making of this one before it called it deprecated.
    if (deprecated && blockCreate && name !== 'nodejs4.3-edge') expect(deprecated <= blockCreate).toBe(true);
  });

  it('names successors that last for another year', () => {
    for (const name of names) expect(daysLeft(successorOf(name), `${RUNTIMES_AS_OF}T00:00:00.000Z`), name).toBeGreaterThan(365);
    expect(successorOf('nodejs16.x')).toMatch(/^nodejs/);
    expect(successorOf('go1.x')).toBe('provided.al2023');
  });

  it('counts the days to the hour', () => {
    expect(daysLeft('nodejs20.x', '2026-04-29T12:00:00.000Z')).toBe(0.5);
    expect(isDeprecated('nodejs20.x', '2026-04-29T23:59:59.000Z')).toBe(false);
    expect(isDeprecated('nodejs20.x', '2026-04-30T00:00:00.000Z')).toBe(true);
  });

  it('knows nothing of images, of names to come, and of names of its own making', () => {
    for (const name of [null, 'nodejs98.x', 'toString', '__proto__']) {
      expect(datesOf(name)).toBeUndefined();
      expect(isDeprecated(name, '2050-01-01T00:00:00.000Z')).toBe(false);
    }
    expect(isDeprecated('python3.15', '2050-01-01T00:00:00.000Z')).toBe(false);
  });
});
