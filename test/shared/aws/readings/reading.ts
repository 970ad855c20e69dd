import { expect } from 'vitest';
import type { LedgerFacts } from '../../../../shared/flows/ports.ts';
import type { PolicyDocument, Statement } from '../../../../shared/model/policy-document.ts';
import type { Resource, ResourceKind } from '../../../../shared/model/resource.ts';
import type { FactName } from '../../../../shared/model/state.ts';
import type { MemberCloud } from '../cloud/member-cloud.ts';
import type { RawCalls } from '../cloud/raw-calls.ts';

/** A resource of which every fact is read, on each emulator, and what must come out: the same literals on both. */
export interface Reading<K extends ResourceKind> {
  readonly kind: K;
  readonly what: string;
  prepare(cloud: MemberCloud, raw: RawCalls): Promise<Prepared<K>>;
  /** By fact: what moto lacks or gets wrong, against AWS's documentation. */
  readonly notOnMoto?: { readonly [F in FactName<K>]?: string };
  /** By fact: the same of the local cloud. */
  readonly notOnLocalCloud?: { readonly [F in FactName<K>]?: string };
}

export type AnyReading = { readonly [K in ResourceKind]: Reading<K> }[ResourceKind];

export interface Prepared<K extends ResourceKind> {
  readonly resource: Resource<K>;
  /** Every fact of the kind: a new one does not compile until it is here. */
  readonly expected: { readonly [F in FactName<K>]: unknown };
  readonly ledger?: LedgerFacts;
}

/** A list that AWS promises no order for. */
export class InAnyOrder {
  readonly items: readonly unknown[];
  constructor(...items: readonly unknown[]) {
    this.items = items;
  }
}

export const AN_ISO_TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);

/** A statement as the reader gives it: what is not named is empty. */
export const statement = (part: Partial<Statement>): Statement => ({
  sid: null,
  effect: 'Allow',
  actions: [],
  notActions: [],
  resources: [],
  notResources: [],
  principals: [],
  notPrincipals: [],
  conditions: {},
  source: expect.any(Object),
  ...part,
});

/** IAM, API Gateway, S3, SNS and Kinesis give a text back as it was put; Lambda and EventBridge write their own, and SQS does not say. */
export const documentOf = (text: string, ...statements: readonly Statement[]): PolicyDocument => ({ text, statements });
export const someDocument = (...statements: readonly Statement[]): PolicyDocument => ({ text: expect.any(String), statements });

export const service = (name: string) => [{ type: 'Service', values: [name] }];
export const EVERYBODY = [{ type: '*', values: ['*'] }];
