import { API_ROWS } from './rows-api.ts';
import { IAM_ROWS } from './rows-iam.ts';
import { LAMBDA_ROWS } from './rows-lambda.ts';
import { SOURCE_ROWS } from './rows-sources.ts';

/**
 * A Terraform type in CloudFormation's words. A property is a path of attributes (`vpc_config.0.subnet_ids`), a list of blocks with the
 * properties of each, or properties of its own.
 */
export interface Row {
  readonly type: string;
  /** The attribute that gives its name. */
  readonly named?: string;
  readonly properties: Properties;
}
export interface Properties {
  readonly [property: string]: string | Blocks | Properties;
}
export interface Blocks {
  readonly blocks: string;
  readonly each: Properties;
}

export const ROWS: Readonly<Record<string, Row>> = { ...LAMBDA_ROWS, ...IAM_ROWS, ...SOURCE_ROWS, ...API_ROWS };
