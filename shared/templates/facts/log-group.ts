import type { FunctionFacts } from '../../model/state.ts';
import { certain, type Declared, type World } from '../declared.ts';
import { at, NotTold, numberOf, textOf } from '../values.ts';

/** What the CDK does for a function's `logRetention`, by the name of the group. */
const retentions = (world: World): Map<string, Declared> =>
  new Map(
    world.ofType('Custom::LogRetention').flatMap((one) => {
      const { LogGroupName: name } = one.properties;
      return typeof name === 'string' ? [[name, one] as const] : [];
    }),
  );

/** The group that its logs go to; null when it has the default one and the template does not make it: then it does not exist yet. */
export function logGroupOf(world: World, declared: Declared): FunctionFacts['logGroup'] {
  const chosen = textOf(at(declared.properties, 'LoggingConfig', 'LogGroup'));
  const name = chosen ?? `/aws/lambda/${declared.identity.name}`;
  // A name that is given later is the same in both, and then neither is told.
  const group = world.find(name, 'AWS::Logs::LogGroup') ?? retentions(world).get(name);
  if (group) {
    const { properties } = certain(group);
    return { name, retentionDays: numberOf(properties.RetentionInDays) ?? null, keyArn: textOf(properties.KmsKeyId) ?? null };
  }
  const untold = world.ofType('AWS::Logs::LogGroup').find(({ isNameUntold }) => isNameUntold);
  if (declared.isNameUntold && untold) throw new NotTold(`${untold.logicalId} may be its log group`);
  if (chosen !== undefined) throw new NotTold(`the template does not have the log group ${chosen}`);
  return null;
}
