import { describe, expect, it } from 'vitest';
import { InvalidParameterName, parameterName, parseReference, referenceTo } from '../../../shared/secrets/resolver-contract.ts';

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

describe('parseReference', () => {
  it('reads back what referenceTo writes', () => {
    expect(parseReference(referenceTo('/cinch/f/V'))).toEqual({ name: '/cinch/f/V', version: null });
    expect(parseReference(referenceTo('/cinch/f/V', 12))).toEqual({ name: '/cinch/f/V', version: '12' });
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
  ])('takes %j for no reference', (value) => {
    expect(parseReference(value)).toBeUndefined();
  });
});
