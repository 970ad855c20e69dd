import { fileURLToPath } from 'node:url';

export interface CloudCredentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** For NODE_OPTIONS: a preload that resolves `*.localhost`, which tools need that put a bucket's name into the host's. */
export const loopbackOption = `--require=${JSON.stringify(fileURLToPath(new URL('./loopback.cjs', import.meta.url)))}`;

/** The root of an account: a key id of twelve digits names the account, and the secret is the same for all. */
export function cloudCredentials(account: string): CloudCredentials {
  if (!/^\d{12}$/.test(account)) throw new Error(`Not an account id: ${account}`);
  return { accessKeyId: account, secretAccessKey: 'test' };
}

/** The environment of a process that talks to the cloud on this port as the root of the account. */
export function cloudEnv(port: number, account: string, region = 'us-east-1'): Record<string, string> {
  const { accessKeyId, secretAccessKey } = cloudCredentials(account);
  return {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ENDPOINT_URL_S3: `http://s3.localhost:${port}`,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
