import { describe, expect, it } from 'vitest';
import { classOfName, wordsOf } from '../../../shared/secrets/name.ts';

describe('wordsOf', () => {
  it.each([
    ['DB_PASSWORD', ['DB', 'PASSWORD']],
    ['dbPasswordArn', ['DB', 'PASSWORD', 'ARN']],
    ['DBClusterArn', ['DB', 'CLUSTER', 'ARN']],
    ['api-key.v2', ['API', 'KEY', 'V2']],
    ['', []],
  ])('%s', (name, words) => {
    expect(wordsOf(name)).toEqual(words);
  });
});

describe('classOfName', () => {
  it.each([
    ['password', ['DB_PASSWORD', 'PGPASSWORD', 'userPass', 'DB_PWD_PROD', 'PASSWORD1']],
    [
      'secret',
      [
        'API_KEY',
        'apikey',
        'ACCESS_TOKEN',
        'CLIENT_SECRET',
        'AWSTOKEN',
        'X_AUTH',
        'SIGNING_KEY_PEM',
        'SENDGRID_KEY',
        'SECRET_VALUE',
      ],
    ],
    ['hint', ['KEY', 'MY_KEY', 'PASSWORD_FOR', 'TOKEN_BLOB']],
    ['vendor', ['SOURCEGRAPH', 'CLOUDFLARE_ORIGIN', 'ADOBE_CLIENT']],
    ['setting', ['API_KEY_ID', 'SECRET_ARN', 'TOKEN_URL', 'PASSWORD_LENGTH', 'SecretName', 'JWT_ISSUER', 'TABLE_NAME']],
    ['public', ['PUBLIC_KEY', 'RSA_PUBLIC_KEY', 'PUBLIC_TOKEN', 'VAPID_PUB_KEY']],
    ['plain', ['MONKEYS', 'KEYWORDS', 'TOKENIZER', 'PASSENGERS', 'BYPASS', 'SECRETARY', 'AUTHOR', 'STAGE_X', '', '1']],
  ])('%s', (expected, names) => {
    for (const name of names) expect([name, classOfName(name)]).toEqual([name, expected]);
  });
});
