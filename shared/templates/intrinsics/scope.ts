import type { Json, JsonObject } from '../tree/json.ts';
import type { Unresolved, Value } from '../values.ts';

/** What the intrinsics of one template are resolved with. */
export interface Scope {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly stackName: string;
  /** The template's Parameters section, and the values that a parent stack or the caller gives. */
  readonly parameters: JsonObject;
  readonly given: ReadonlyMap<string, Value>;
  readonly mappings: JsonObject;
  readonly conditions: JsonObject;
  /** `Ref` of a resource, undefined when the template has none of that name. */
  readonly refOf: (logicalId: string) => Value | undefined;
  readonly attributeOf: (logicalId: string, attribute: string) => Value | undefined;
  /** What another template of the same run exports under this name. */
  readonly importOf: (name: string) => Value | undefined;
  /** A file that the template includes, by the path that it gives; undefined when it is not among the files. */
  readonly includeOf: (path: string) => Json | undefined;
  /** Conditions that were evaluated; null while one is being evaluated. */
  readonly evaluated: Map<string, boolean | Unresolved | null>;
  /** Variables of the loops that are being written out. */
  readonly loopVariables: ReadonlyMap<string, Json>;
}

/** Stands for `AWS::NoValue`: the property is taken away. */
export interface NoValue {
  readonly noValue: true;
}
export const NO_VALUE: NoValue = { noValue: true };
export const isNoValue = (value: unknown): value is NoValue => value === NO_VALUE;
