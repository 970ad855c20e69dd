import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Vault } from '../flows/ports.ts';
import { MalformedInput } from '../model/errors.ts';
import type { LightClient } from './hub-client.ts';

type Context = Readonly<Record<string, string>>;

/** Sealed text: base64 of format byte, length of the wrapped key (2 bytes), wrapped key, IV (12), tag (16), ciphertext of the gzip'ed JSON. */
const FORMAT = 1;
const IV = 12;
const TAG = 16;
const HEAD = 3;

/**
 * Envelope encryption under the hub's key: KMS itself takes only 4 KB. The context is KMS's encryption context and the cipher's additional
 * data, so a sealed text opens only for the plan and step it was made for. Open throws when anything was altered.
 */
export function makeVault(deps: { hub: LightClient; keyArn: string }): Vault {
  return {
    seal: async (value, context) => {
      const answer = await deps.hub.call('kms', 'GenerateDataKey', {
        KeyId: deps.keyArn,
        KeySpec: 'AES_256',
        EncryptionContext: context,
      });
      const key = bytes(answer.Plaintext, 'Plaintext');
      const sealed = encrypt(value, key, bytes(answer.CiphertextBlob, 'CiphertextBlob'), context);
      key.fill(0);
      return sealed;
    },
    open: async (sealed, context) => {
      const parts = take(sealed);
      const answer = await deps.hub.call('kms', 'Decrypt', {
        KeyId: deps.keyArn,
        CiphertextBlob: parts.wrapped.toString('base64'),
        EncryptionContext: context,
      });
      const key = bytes(answer.Plaintext, 'Plaintext');
      const value = decrypt(parts, key, context);
      key.fill(0);
      return value;
    },
  };
}

function bytes(value: unknown, field: string): Buffer {
  if (typeof value !== 'string') throw new MalformedInput('KMS answer', field, 'missing');
  return Buffer.from(value, 'base64');
}

/** The context's pairs in the order of their keys, so that equal contexts are equal bytes. */
const additional = (context: Context): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));

function encrypt(value: unknown, key: Buffer, wrapped: Buffer, context: Context): string {
  const iv = randomBytes(IV);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(additional(context));
  const text = Buffer.concat([cipher.update(gzipSync(JSON.stringify(value))), cipher.final()]);
  const head = Buffer.from([FORMAT, wrapped.length >> 8, wrapped.length & 0xff]);
  return Buffer.concat([head, wrapped, iv, cipher.getAuthTag(), text]).toString('base64');
}

interface Parts {
  readonly wrapped: Buffer;
  readonly iv: Buffer;
  readonly tag: Buffer;
  readonly text: Buffer;
}

function take(sealed: string): Parts {
  const all = Buffer.from(sealed, 'base64');
  if (all.length < HEAD || all[0] !== FORMAT) throw new MalformedInput('sealed text', 'format', 'not one of ours');
  const key = HEAD + all.readUInt16BE(1);
  if (all.length < key + IV + TAG) throw new MalformedInput('sealed text', 'length', 'cut off');
  return {
    wrapped: all.subarray(HEAD, key),
    iv: all.subarray(key, key + IV),
    tag: all.subarray(key + IV, key + IV + TAG),
    text: all.subarray(key + IV + TAG),
  };
}

function decrypt(parts: Parts, key: Buffer, context: Context): unknown {
  const cipher = createDecipheriv('aes-256-gcm', key, parts.iv, { authTagLength: TAG })
    .setAAD(additional(context))
    .setAuthTag(parts.tag);
  return JSON.parse(gunzipSync(Buffer.concat([cipher.update(parts.text), cipher.final()])).toString('utf8'));
}
