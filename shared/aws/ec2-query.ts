import { type CallDeps, callQuery } from './query-client.ts';
import { textOf } from './xml.ts';

/** One filter of a Describe call: a name and the values of which one must match. */
export type Filter = readonly [name: string, ...values: string[]];

/** Asks EC2 for all pages of a Describe call and answers their XML, one after another. @throws AwsError */
export async function describeEc2(deps: CallDeps, action: string, filters: readonly Filter[]): Promise<string> {
  let pages = '';
  let token: string | undefined;
  do {
    const more: Record<string, string> = token ? { NextToken: token } : {};
    const page = await callQuery(deps, 'ec2', action, { ...filterParameters(filters), ...more });
    pages += page;
    token = textOf(page, 'nextToken') || undefined;
  } while (token);
  return pages;
}

function filterParameters(filters: readonly Filter[]): Record<string, string> {
  const parameters: Record<string, string> = {};
  filters.forEach(([name, ...values], index) => {
    parameters[`Filter.${index + 1}.Name`] = name;
    values.forEach((value, at) => {
      parameters[`Filter.${index + 1}.Value.${at + 1}`] = value;
    });
  });
  return parameters;
}
