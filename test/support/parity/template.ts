import type { PolicyDocument } from '../../../shared/model/policy-document.ts';
import type { Resource } from '../../../shared/model/resource.ts';

/** A CloudFormation template under construction: what a rule's example would be, had somebody deployed it. */
export class TemplateBuilder {
  readonly resources: Record<string, { Type: string; Properties: Record<string, unknown> }> = {};

  /** Adds a resource and answers its logical id. Properties that are undefined are left out. */
  add(id: string, type: string, properties: Record<string, unknown>): string {
    const given = Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
    this.resources[id] = { Type: `AWS::${type}`, Properties: given };
    return id;
  }

  toText(): string {
    return JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', Resources: this.resources }, null, 2);
  }
}

/** An example that nothing deployed by CloudFormation looks like. */
export class NoTemplate extends Error {}

export const getAtt = (id: string, attribute = 'Arn') => ({ 'Fn::GetAtt': [id, attribute] });
export const ref = (id: string) => ({ Ref: id });
export const tagList = (tags: Readonly<Record<string, string>>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
export const jsonOf = (document: PolicyDocument): unknown => JSON.parse(document.text);
/** `orders` of `arn:...:orders` or `arn:.../orders`. */
export const lastPart = (arn: string): string => arn.slice(Math.max(arn.lastIndexOf(':'), arn.lastIndexOf('/')) + 1);
/** The path and the name in the ARN of a role or user. */
export function pathAndName({ arn, name }: Pick<Resource, 'arn' | 'name'>): { path: string; name: string } {
  const inner = arn.slice(arn.indexOf('/'));
  return { path: inner.slice(0, inner.length - name.length), name };
}
