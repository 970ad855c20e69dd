import { describe, expect, it } from 'vitest';
import { extensionVariable, readByExtension } from '../../../shared/secrets/extensions.ts';

describe('readByExtension', () => {
  it('names the vendor and its own way to keep the secret elsewhere', () => {
    expect(readByExtension('DD_API_KEY')).toContain('DD_API_KEY_SECRET_ARN');
    expect(readByExtension('NEW_RELIC_LICENSE_KEY')).toContain('NEW_RELIC_LICENSE_KEY_SECRET');
    expect(readByExtension('ELASTIC_APM_SECRET_TOKEN')).toContain('ELASTIC_APM_SECRETS_MANAGER_SECRET_TOKEN_ID');
    expect(readByExtension('OTEL_EXPORTER_OTLP_HEADERS')).toMatch(/^OpenTelemetry; use /);
  });
  it('knows a vendor by the start of the name', () => {
    expect(extensionVariable('DT_TENANT_TOKEN')?.vendor).toBe('Dynatrace');
    expect(extensionVariable('ELASTIC_APM_ANYTHING')?.vendor).toBe('Elastic APM');
  });
  it('knows none for a variable of the function itself', () => {
    for (const name of ['DB_PASSWORD', 'API_KEY', 'ADD_KEY', 'toString', '__proto__', ''])
      expect(readByExtension(name)).toBeUndefined();
  });
});
