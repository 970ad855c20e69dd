import { describe, expect, it } from 'vitest';
import {
  InvalidParameterName,
  isReference,
  parameterName,
  parseReference,
  referenceTo,
  referenceToSecret,
  secretName,
} from '../../../shared/secrets/resolver-contract.ts';

describe('parameterName', () => {
  it('is the function and the variable', () => {
    expect(parameterName('orders-api', 'DB_PASSWORD')).toBe('/cinch/orders-api/DB_PASSWORD');
  });
  it.each([
    ['', 'A'],
    ['f', ''],
    ['f/g', 'A'],
    ['f', 'A:1'],
    ['f', 'A B'],
    ['f'.repeat(1100), 'A'],
  ])('refuses %j %j', (functionName, variable) => {
    expect(() => parameterName(functionName, variable)).toThrow(InvalidParameterName);
  });
});

describe('secretName', () => {
  it.each([
    ['', 'A'],
    ['f', ''],
    ['f/g', 'A'],
    ['f', 'A:1'],
    ['f'.repeat(600), 'A'],
  ])('refuses %j %j', (functionName, variable) => {
    expect(() => secretName(functionName, variable)).toThrow(InvalidParameterName);
  });
});

it('takes a malformed reference for one, as the resolver does', () => {
  expect(['cinch-ssm:', 'cinch-sm: x', 'cinch-sm', 'x'].map(isReference)).toEqual([true, true, false, false]);
});

describe('parseReference', () => {
  it('reads back what referenceTo writes', () => {
    expect(parseReference(referenceTo('/cinch/f/V'))).toEqual({ name: '/cinch/f/V', store: 'ssm', version: null });
    expect(parseReference(referenceTo('/cinch/f/V', 12))).toEqual({ name: '/cinch/f/V', store: 'ssm', version: '12' });
    const secret = referenceToSecret(secretName('f', 'V'));
    expect(secret).toBe('cinch-sm:cinch/f/V');
    expect(parseReference(secret)).toEqual({ name: 'cinch/f/V', store: 'secrets-manager', version: null });
  });
  // The same table as the Go program's.
  it.each([
    'cinch-ssm:',
    'cinch-ssm::1',
    'cinch-ssm:/a:',
    'cinch-ssm:/a:0',
    'cinch-ssm:/a:01',
    'cinch-ssm:/a:latest',
    'cinch-ssm:/a:1:2',
    'cinch-ssm:/a b',
    'cinch-ssm:/a\n',
    'cinch-ssm:/é',
    'cinch-ssm:$(id)',
    ' cinch-ssm:/a',
    'CINCH-SSM:/a',
    'x=cinch-ssm:/a',
    'cinch-ssm',
    '',
    `cinch-ssm:${'a'.repeat(1012)}`,
    'cinch-sm:',
    'cinch-sm:a:1',
    'cinch-sm:a b',
    'cinch-ssm:a+b',
    'cinch-sm',
    `cinch-sm:${'a'.repeat(513)}`,
  ])('takes %j for no reference', (value) => {
    expect(parseReference(value)).toBeUndefined();
  });
});
