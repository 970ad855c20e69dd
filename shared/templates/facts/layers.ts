import type { FunctionFacts } from '../../model/state.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import type { Declared, World } from '../declared.ts';
import { referring } from '../references.ts';
import { NotTold, textOf, textsOf } from '../values.ts';

/** The policies of those of its layers that lie in its own account. @throws NotTold for one that the template does not have. */
export function layerPoliciesOf(world: World, { properties }: Declared): FunctionFacts['layerPolicies'] {
  const own = textsOf(properties.Layers).filter((arn) => arn.split(':')[4] === world.account);
  return own.flatMap((layerArn) => {
    const layer = world.find(layerArn, 'AWS::Lambda::LayerVersion');
    if (!layer) throw new NotTold(`the template does not have the layer ${layerArn}`);
    const permissions = referring(world, 'AWS::Lambda::LayerVersionPermission', 'LayerVersionArn', layer);
    if (permissions.length === 0) return [];
    const statements = permissions.map((permission) => statementOf(world, permission, layerArn));
    return [{ layerArn, document: parsePolicyDocument({ Version: '2012-10-17', Statement: statements }, layer.logicalId) }];
  });
}

function statementOf({ partition }: World, { properties, logicalId }: Declared, layerArn: string): object {
  const principal = textOf(properties.Principal) ?? '*';
  const organization = textOf(properties.OrganizationId);
  return {
    Sid: logicalId,
    Effect: 'Allow',
    Principal:
      principal === '*' ? '*' : { AWS: /^\d{12}$/.test(principal) ? `arn:${partition}:iam::${principal}:root` : principal },
    Action: textOf(properties.Action) ?? 'lambda:GetLayerVersion',
    Resource: layerArn,
    ...(organization !== undefined && { Condition: { StringEquals: { 'aws:PrincipalOrgID': organization } } }),
  };
}
