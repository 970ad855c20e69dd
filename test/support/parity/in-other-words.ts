import { stringify } from 'yaml';
import { asTerraformPlan } from './terraform-plan.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Json }>>;
}

/** Ways to write a template that say the same as its plain JSON. */
export const WORDINGS: Readonly<Record<'yaml' | 'parameters' | 'intrinsics' | 'sam' | 'terraform', (json: string) => string>> = {
  yaml: (json) => stringify(JSON.parse(json)),
  parameters: (json) => {
    const parameters: Record<string, object> = {};
    return reworded(json, { Parameters: parameters }, (text) => {
      const name = `P${Object.keys(parameters).length}`;
      parameters[name] = { Type: 'String', Default: text };
      return { Ref: name };
    });
  },
  intrinsics: (json) => {
    const values: Record<string, { text: string }> = {};
    let count = 0;
    const extra = {
      Parameters: { Stage: { Type: 'String', Default: 'prod' } },
      Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] }, IsTest: { 'Fn::Not': [{ Condition: 'IsProd' }] } },
      Mappings: { Texts: values },
    };
    return reworded(json, extra, (text) => {
      count += 1;
      // A mapping of none is not valid, so the first text makes one.
      if (count % 5 === 1) {
        values[`T${count}`] = { text };
        return { 'Fn::FindInMap': ['Texts', `T${count}`, 'text'] };
      }
      const half = Math.ceil(text.length / 2);
      if (count % 5 === 2) return { 'Fn::Join': ['', [text.slice(0, half), text.slice(half)]] };
      if (count % 5 === 3) return { 'Fn::If': ['IsProd', text, 'something else'] };
      if (count % 5 === 4) return { 'Fn::If': ['IsTest', { Ref: 'AWS::NoValue' }, text] };
      return { 'Fn::Sub': ['${Text}', { Text: text }] };
    });
  },
  terraform: asTerraformPlan,
  sam: (json) => {
    const template = JSON.parse(json) as Template;
    const resources = Object.entries(template.Resources).map(([id, resource]) => [
      id,
      resource.Type === 'AWS::Lambda::Function' ? asServerless(resource.Properties as ServerlessSource) : resource,
    ]);
    return JSON.stringify({ ...template, Transform: 'AWS::Serverless-2016-10-31', Resources: Object.fromEntries(resources) });
  },
};

type ServerlessSource = Readonly<Record<string, Json>> & {
  readonly Tags?: readonly { readonly Key: string; readonly Value: Json }[];
  readonly DeadLetterConfig?: { readonly TargetArn: string };
  readonly TracingConfig?: { readonly Mode: string };
};

function asServerless({ Code: _code, Tags, DeadLetterConfig, TracingConfig, ...rest }: ServerlessSource): object {
  return {
    Type: 'AWS::Serverless::Function',
    Properties: {
      ...rest,
      CodeUri: 's3://code/code.zip',
      Tags: Tags && Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
      DeadLetterQueue: DeadLetterConfig && { Type: 'SQS', TargetArn: DeadLetterConfig.TargetArn },
      Tracing: TracingConfig?.Mode,
    },
  };
}

/** With every text of its resources' properties said by `say`; what is no plain text yet stays as it is. */
function reworded(json: string, extra: object, say: (text: string) => Json): string {
  const template = JSON.parse(json) as Template;
  const inOtherWords = (value: Json): Json => {
    if (typeof value === 'string') return say(value);
    if (Array.isArray(value)) return value.map(inOtherWords);
    if (typeof value !== 'object' || value === null || isIntrinsic(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inOtherWords(one)]));
  };
  const resources = Object.entries(template.Resources).map(([id, { Type, Properties }]) => [
    id,
    { Type, Properties: inOtherWords(Properties) },
  ]);
  return JSON.stringify({ ...template, ...extra, Resources: Object.fromEntries(resources) });
}

const isIntrinsic = (value: object): boolean =>
  Object.keys(value).length === 1 && Object.keys(value).every((key) => key === 'Ref' || key.startsWith('Fn::'));
