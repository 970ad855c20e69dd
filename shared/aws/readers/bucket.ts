import type { PolicyDocument } from '../../model/policy-document.ts';
import type { SourceBucket } from '../../model/state.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import { isCode } from '../aws-error.ts';
import type { CallDeps } from '../query-client.ts';
import { getRest, OtherRegion } from '../rest-client.ts';
import { allOf, textOf } from '../xml.ts';

/** Reads a bucket in whatever region it lies. Undefined when it is gone. */
export async function readBucket(deps: CallDeps, name: string): Promise<SourceBucket | undefined> {
  let region = deps.region;
  const get = async (what: string, subresource: string): Promise<string> => {
    // In the path, not in the host: a name may hold dots, which a certificate doesn't cover.
    const ask = () => getRest({ ...deps, region }, 's3', `/${name}?${subresource}`, what);
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof OtherRegion)) throw error;
      region = error.region;
      return ask();
    }
  };
  try {
    // The first tells the region, and whether there is a bucket at all.
    const acl = await get('GetBucketAcl', 'acl');
    const [policy, block] = await Promise.all([
      absentAs(null, ['NoSuchBucketPolicy'], async (): Promise<PolicyDocument | null> => {
        const text = await get('GetBucketPolicy', 'policy');
        return text === '' ? null : parsePolicyDocument(text, name);
      }),
      absentAs('', ['NoSuchPublicAccessBlockConfiguration'], () => get('GetBucketPublicAccessBlock', 'publicAccessBlock')),
    ]);
    return { name, document: policy, ...blockOf(block), publicWriteAcl: mayAnybodyWrite(acl) };
  } catch (error) {
    if (isCode(error, 'NoSuchBucket')) return undefined;
    throw error;
  }
}

/**
 * @param xml GetPublicAccessBlock's answer, empty when there is none. BlockPublicPolicy keeps a public policy from being put;
 * RestrictPublicBuckets takes the effect of one that stands
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html).
 */
export function blockOf(xml: string): Pick<SourceBucket, 'blocksPublicPolicy' | 'ignoresPublicAcls'> {
  const isOn = (name: string): boolean => textOf(xml, name)?.toLowerCase() === 'true';
  return { blocksPublicPolicy: isOn('RestrictPublicBuckets'), ignoresPublicAcls: isOn('IgnorePublicAcls') };
}

const EVERYBODY = [
  'http://acs.amazonaws.com/groups/global/AllUsers',
  'http://acs.amazonaws.com/groups/global/AuthenticatedUsers',
];
/** Who may write the ACL may give itself the rest. */
const WRITES = ['WRITE', 'WRITE_ACP', 'FULL_CONTROL'];

/** @param xml GetBucketAcl's answer. */
export const mayAnybodyWrite = (xml: string): boolean =>
  allOf(xml, 'Grant').some(
    (grant) => EVERYBODY.includes(textOf(grant, 'URI') ?? '') && WRITES.includes(textOf(grant, 'Permission') ?? ''),
  );

async function absentAs<T>(absent: T, codes: readonly string[], read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (isCode(error, ...codes)) return absent;
    throw error;
  }
}
