import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { autoMovable, classify } from '../../../shared/secrets/classify.ts';
import { base64, hex, join, noise } from './invented.ts';

const ARN = 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:orders/db-AbCdEf';
const UUID = '5f0c7e6a-1111-4222-8333-94d5e6f7a8b9';

const SETTINGS: readonly (readonly [name: string, value: string])[] = [
  // References, also under the name of a secret.
  ['DB_PASSWORD', ARN],
  ['DB_PASSWORD', 'ssm:/prod/db/password'],
  ['DB_PASSWORD', 'cinch-ssm:/cinch/orders/DB_PASSWORD'],
  ['DB_PASSWORD', '{{resolve:secretsmanager:orders:SecretString:password}}'],
  ['DB_PASSWORD', '${DB_PASSWORD}'],
  ['API_KEY', '<your api key>'],
  ['API_KEY', 'vault:secret/data/orders#key'],
  ['API_KEY', 'op://vault/item/field'],
  ['DB_PASSWORD', `AQICAH${noise(180)}`],
  ['DB_PASSWORD', `ENC[AES256_GCM,data:${noise(30)},iv:${noise(40)}]`],
  ['ENCRYPTION_KEY', 'alias/aws/ssm'],
  // Names that end in something else.
  ['DB_PASSWORD_ARN', ARN],
  ['SECRET_NAME', 'orders/prod/db-credentials-7'],
  ['API_KEY_ID', noise(20)],
  ['KMS_KEY_ID', UUID],
  ['KMS_KEY', UUID],
  ['KEY_PAIR_ID', UUID],
  ['CLIENT_ID', noise(26)],
  ['TOKEN_URL', 'https://auth.example.com/oauth2/token'],
  ['TOKEN_TTL_SECONDS', '86400'],
  ['MAX_TOKENS', '1000000'],
  ['PASSWORD_MIN_LENGTH', '12'],
  ['PASSWORD_POLICY', 'strict'],
  ['API_KEY_HEADER', 'x-api-key'],
  ['SECRET_ROTATION_DAYS', '30'],
  ['AUTH_TYPE', 'AWS_IAM'],
  ['JWT_ALGORITHM', 'RS256'],
  ['SIGNING_ALGORITHM', 'ECDSA_SHA_256'],
  ['CODE_SHA256', `${noise(43)}=`],
  ['VCS_REF', hex(40)],
  ['GITHUB_SHA', hex(40)],
  ['CORRELATION_ID', UUID],
  ['LAYER_VERSION', hex(40)],
  // Keys of records.
  ['PARTITION_KEY', 'customerId'],
  ['SORT_KEY', 'orders#2024-01-01'],
  ['CACHE_KEY', 'user:profile:v2'],
  ['S3_KEY', 'exports/2024/01/orders-7.csv.gz'],
  ['RESULTS_KEY', 'result'],
  // Words under a promising name.
  ['AUTH', 'cognito'],
  ['AUTH', 'dev-abc123.eu.auth0.com'],
  ['AUTHENTICATION', 'OAUTH2_JWT'],
  ['CREDENTIALS', 'prod-user-1'],
  ['COOKIE', 'session_id'],
  ['DB_SECRET', 'orders-db-secret'],
  ['SECRET', 'my-app/prod/db-1'],
  ['STOP_TOKEN', '<|end|>'],
  ['PUBLIC_KEY', noise(43)],
  ['SSH_PUBLIC_KEY', `ssh-ed25519 ${noise(68)}`],
  ['STRIPE_KEY', join('pk_', 'live_', noise(24))],
  // Shapes.
  ['API_KEY', 'orders-prod-OrdersApiKey-1A2B3C4D5E6F'],
  ['TABLE', 'orders-prod-Table54ADD99F-0HZIECVK1CR3O'],
  ['QUEUE_URL', 'https://sqs.eu-west-1.amazonaws.com/111111111111/orders'],
  ['API_URL', 'https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/prod'],
  ['POOL', 'eu-west-1_aBcDeF123'],
  ['MODEL', 'anthropic.claude-3-haiku-20240307-v1:0'],
  ['IMAGE', `example/app@sha256:${hex(64)}`],
  ['INTEGRITY', `sha512-${noise(86)}==`],
  ['RECIPIENT', 'jane.doe+orders@example.com'],
  ['LD_LIBRARY_PATH', '/var/lang/lib:/lib64:/var/task/lib:/opt/lib'],
  ['GOOGLE_APPLICATION_CREDENTIALS', '/var/task/service-account.json'],
  ['DATABASE_URL', 'postgres://db.example.com:5432/orders'],
  ['DATABASE_URL', 'postgres://user:${PASSWORD}@db.example.com/orders'],
  ['DATABASE_URL', 'postgres://user:password@localhost/orders'],
  ['AMQP_URL', 'amqp://guest:guest@localhost:5672'],
  ['FLAGS', '{"newCheckout":true,"tokenRefreshSeconds":900,"passwordless":false,"auth":{"type":"jwt"}}'],
  ['ENCODED', base64('{"stage":"prod","region":"eu-west-1","retries":3}')],
  ['NODE_OPTIONS', '--enable-source-maps --max-old-space-size=512'],
  ['CRON', 'cron(0 12 * * ? *)'],
  ['CERT', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'],
  ['GREETING', 'Please enter your password and the token that we sent you'],
];

describe('a setting', () => {
  it.each(SETTINGS)('%s = %s', (name, value) => {
    expect(classify(name, value)).toMatchObject({ secret: false });
  });
});

describe('a placeholder', () => {
  const values = [
    '',
    'changeme',
    'CHANGE_ME',
    'password',
    'xxxxxxxxxxxx',
    '********',
    '00000000000000000000000000000000',
    'YOUR-API-KEY-HERE',
    'REPLACE_WITH_PASSWORD',
    'KEYEXAMPLE1234',
    '<password>',
    '{{ password }}',
    '%PASSWORD%',
    'abcdefghijklmnopqrstuvwxyz0123456789',
    'bbbbbbbbbbbbbbbbbbbb',
    join('gh', 'p_', 'x'.repeat(36)),
    join('sk_', 'live_'),
    join('AK', 'IA', 'X'.repeat(16)),
    join('xo', 'xb-my-bot-token'),
    join('AK', 'IAIOSFODNN7', 'EXAMPLE'),
  ];
  it.each(values)('%s is none', (value) => {
    expect(classify('API_KEY', value)).toMatchObject({ secret: false });
  });
  it('is none as a password either', () => {
    for (const value of ['', 'changeme', 'password', 'xxxxxxxx', '${x.y.password}', '0'])
      expect(classify('PASSWORD', value).secret).toBe(false);
  });
});

describe('classify', () => {
  it('never throws, never repeats the value, and answers the same again', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.string({ unit: 'binary', maxLength: 2_000 }),
        (name, value) => {
          const first = classify(name, value);
          expect(classify(name, value)).toEqual(first);
          expect(Object.keys(first).sort()).toEqual(['confidence', 'kind', 'secret']);
          expect(first.kind).toMatch(/^[a-z0-9-]+$/);
          if (autoMovable(first)) expect(first.secret).toBe(true);
        },
      ),
    );
  });

  it('knows the names of objects', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) expect(classify(name, 'plain').secret).toBe(false);
    expect(classify('CONFIG', '{"__proto__":{"a":1},"constructor":"x"}').secret).toBe(false);
  });

  it('does ten times the work for ten times the length', () => {
    // Every shape that a careless pattern would be slow on. Quadratic time would be a hundredfold: minutes, not a second.
    const unfriendly = [
      'a-',
      'ey',
      'x.',
      '/a',
      'A1',
      'a=',
      'a@',
      '::',
      '${',
      '-1',
      'key="',
      'a:b@',
      'curl -',
      'xoxb-1',
      '{"a":[',
      '9',
      '%2',
      'pat',
      '00D',
      'Az',
      'curl -u ',
      'a=//',
      'a=//?',
      'kind: Secret data: a: ',
      'mysql -p',
      'login -p ',
      'x-api-key: ',
      'machine login ',
      'SHA',
      'deadbeef',
      'changeA',
      '$6$',
      '1000.',
      '/hooks/',
      '.azurewebsites.net/?&',
      'secret_key=>',
      'authorization: token ',
    ];
    for (const piece of unfriendly) {
      const value = piece.repeat(Math.ceil(32_000 / piece.length));
      for (const name of ['PASSWORD', 'API_KEY', 'DATA']) classify(name, value);
    }
  }, 20_000);
});
