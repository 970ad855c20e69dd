import { describe, expect, it } from 'vitest';
import { autoMovable, classify } from '../../../shared/secrets/classify.ts';
import { base64, digits, hex, join, lower, noise, upper } from './invented.ts';

const jwt = join('ey', 'J', noise(30), '.', 'ey', 'J', noise(40), '.', noise(43));
const pem = join('-----BEGIN RSA ', 'PRIVATE KEY-----\n', noise(64), '\n-----END RSA ', 'PRIVATE KEY-----');
const uuid = [hex(8), hex(4, 2), hex(4, 3), hex(4, 4), hex(12, 5)].join('-');

/** By format alone: the name says nothing. */
const FORMATS: Record<string, [value: string, kind: string]> = {
  github: [join('gh', 'p_', noise(36)), 'github-token'],
  'github fine-grained': [join('github', '_pat_', noise(22), '_', noise(59)), 'github-fine-grained-token'],
  gitlab: [join('gl', 'pat-', noise(20)), 'gitlab-token'],
  'aws key id': [join('AK', 'IA', upper(16)), 'aws-access-key'],
  'stripe live': [join('sk_', 'live_', noise(24)), 'stripe-secret-key'],
  'slack bot': [join('xo', 'xb-', digits(12), '-', digits(12, 2), '-', noise(24)), 'slack-token'],
  'slack webhook': [join('https://hooks.slack', '.com/services/T', upper(8), '/B', upper(8, 2), '/', noise(24)), 'slack-webhook'],
  'discord webhook': [join('https://discord.com/api', '/webhooks/', digits(18), '/', noise(68)), 'discord-webhook'],
  'teams webhook': [
    join('https://acme.webhook.office', '.com/webhookb2/', uuid, '@', uuid, '/IncomingWebhook/', hex(32), '/', uuid),
    'teams-webhook',
  ],
  'telegram bot': [join(digits(9), ':A', noise(34)), 'telegram-token'],
  'discord bot': [join('M', noise(23), '.', noise(6), '.', noise(27)), 'discord-token'],
  'twilio key': [join('S', 'K', hex(32)), 'twilio-api-key'],
  sendgrid: [join('SG', '.', noise(22), '.', noise(43)), 'sendgrid-key'],
  mailchimp: [join(hex(32), '-us', '12'), 'mailchimp-key'],
  openai: [join('sk-', 'proj-', noise(40), 'T3Blbk', 'FJ', noise(40)), 'openai-key'],
  anthropic: [join('sk-', 'ant-', 'api03-', noise(93), 'AA'), 'anthropic-key'],
  'hugging face': [join('hf', '_', noise(34)), 'huggingface-token'],
  'google key': [join('AI', 'za', noise(35)), 'gcp-api-key'],
  'google client secret': [join('GOC', 'SPX-', noise(28)), 'gcp-client-secret'],
  'azure client secret': [join('a1B', '8', 'Q~', noise(34)), 'azure-client-secret'],
  'azure sas': [join('https://acme.blob.core.windows.net/c?sv=2024&sig', '=', noise(40), '%3D'), 'azure-sas'],
  vault: [join('hv', 's.', noise(90)), 'vault-service-token'],
  terraform: [join(noise(14), '.atlas', 'v1.', noise(67)), 'terraform-token'],
  doppler: [join('dp.', 'pt.', noise(43)), 'doppler-token'],
  npm: [join('np', 'm_', noise(36)), 'npm-token'],
  'npmrc line': [join('//registry.example.com/:_auth', 'Token=', uuid), 'npm-token'],
  pypi: [join('py', 'pi-AgE', noise(80)), 'pypi-token'],
  docker: [join('dckr', '_pat_', noise(27)), 'docker-token'],
  shopify: [join('shp', 'at_', hex(32)), 'shopify-token'],
  databricks: [join('da', 'pi', hex(32)), 'databricks-token'],
  grafana: [join('gl', 'sa_', noise(32), '_', hex(8)), 'grafana-token'],
  'new relic': [join('NR', 'AK-', upper(27)), 'newrelic-key'],
  airtable: [join('pa', 't', noise(14), '.', hex(64)), 'airtable-token'],
  age: [join('AGE-SECRET', '-KEY-1', upper(58)), 'age-secret-key'],
  'private key': [pem, 'private-key'],
  jwt: [jwt, 'jwt'],
  'bearer header': [join('Authorization: Bear', 'er ', noise(40)), 'authorization-header'],
};

describe('a known format', () => {
  it.each(Object.keys(FORMATS))('%s is a secret whatever it is called', (what) => {
    const [value, kind] = FORMATS[what] ?? ['', ''];
    for (const name of ['DATA', 'SETTINGS', 'TABLE_NAME', 'API_KEY']) {
      expect(classify(name, value)).toEqual({ secret: true, kind, confidence: 'high' });
    }
    expect(autoMovable(classify('DATA', value))).toBe(true);
  });

  it.each(Object.keys(FORMATS))('%s is found inside a longer text', (what) => {
    const [value] = FORMATS[what] ?? [''];
    if (what === 'npmrc line') return;
    expect(classify('ARGS', `run --with ${value} now`).secret).toBe(true);
    expect(classify('BLOB', base64(`export X="${value}"\n`)).secret).toBe(true);
    expect(classify('JSON', JSON.stringify({ a: [{ b: value }] })).secret).toBe(true);
  });
});

describe('a secret inside a value', () => {
  const word = join('Tr0ub', '4dor', 'x9');
  const cases: Record<string, string> = {
    'database url': `postgres://app:${word}@db.example.com:5432/orders`,
    'database url with signs': `mysql://app:${word}/!$@db.example.com/orders`,
    'redis url without user': `rediss://:${word}@cache.example.com:6379`,
    'web url': `https://svc:${word}@api.example.com/v1`,
    'go dsn': `app:${word}@tcp(db.example.com:3306)/orders`,
    'oracle jdbc': `jdbc:oracle:thin:scott/${word}@db.example.com:1521/x`,
    'jdbc parameters': `jdbc:postgresql://db.example.com/x?user=app&password=${word}`,
    'ado connection string': `Server=db.example.com;Database=x;User Id=app;Password=${word};`,
    libpq: `host=db.example.com user=app password=${word}`,
    'azure storage': `DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=${noise(86)}==`,
    'json by key': JSON.stringify({ host: 'db.example.com', auth: { password: word } }),
    'private jwk': JSON.stringify({ kty: 'EC', crv: 'P-256', d: noise(43) }),
    'java option': `-Xmx512m -Djavax.net.ssl.keyStorePassword=${word}`,
    'command line': `mysql --host db --password ${word}`,
    xml: `<server><id>x</id><password>${word}</password></server>`,
    netrc: `machine git.example.com login app password ${word}`,
    'docker configuration': JSON.stringify({ auths: { 'registry.example.com': { auth: base64(`app:${word}`) } } }),
    'sql statement': `CREATE USER app IDENTIFIED BY '${word}'`,
  };
  it.each(Object.keys(cases))('%s', (what) => {
    expect(classify('SETTINGS', cases[what] ?? '').secret).toBe(true);
  });
});

describe('a name that promises', () => {
  it.each([
    'DB_PASSWORD',
    'dbPassword',
    'PGPASSWORD',
    'MYSQL_PWD',
    'smtp_pass',
    'ADMIN_PW',
    'DB_PASSWORD_PROD',
    'ROOT_PASSWORD_2',
  ])('%s makes a secret of nearly any value', (name) => {
    expect(classify(name, join('k7', '#mQ', 'w2!z'))).toEqual({ secret: true, kind: 'password', confidence: 'high' });
    expect(classify(name, join('corre', 'ct-horse'))).toEqual({ secret: true, kind: 'password', confidence: 'medium' });
  });

  it.each([
    'API_KEY',
    'apiKey',
    'STRIPE_TOKEN',
    'AWSTOKEN',
    'JWT_SECRET',
    'CLIENT_SECRET',
    'GITLAB_TOKEN_PROD',
    'AUTH_TOKEN_B64',
    'CREDENTIALS',
    'CONSUMER_KEY',
  ])('%s makes a secret of what looks random', (name) => {
    for (const value of [noise(40), hex(32), lower(24), uuid, noise(20)]) {
      expect(classify(name, value)).toEqual({ secret: true, kind: 'named-secret', confidence: 'high' });
    }
  });

  it('takes signs of templates within a password for signs', () => {
    const value = join('m{{h}o)', 'p${e]no', 'b(ody[>-_$#x}}');
    expect(classify('API_KEY', value).secret).toBe(true);
    expect(classify('PASSWORD', value)).toMatchObject({ secret: true, confidence: 'high' });
  });

  it('knows the shape of an AWS secret key under a wrong name', () => {
    expect(classify('EC2_SECRET_KEY_ID', noise(40))).toMatchObject({ secret: true, confidence: 'medium' });
  });

  it('asks when the name is a hint or only a vendor', () => {
    expect(classify('X_KEY', noise(32))).toEqual({ secret: true, kind: 'named-hint', confidence: 'medium' });
    expect(classify('SOURCEGRAPH', hex(40))).toEqual({ secret: true, kind: 'named-vendor', confidence: 'medium' });
    expect(autoMovable(classify('X_KEY', noise(32)))).toBe(false);
  });

  it('asks when nothing but the value speaks for it', () => {
    expect(classify('OPTION_B', noise(44))).toEqual({ secret: true, kind: 'high-entropy', confidence: 'low' });
  });
});
