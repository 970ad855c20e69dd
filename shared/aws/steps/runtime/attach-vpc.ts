import { configField } from '../field-step.ts';
import { policyNameOf } from './policy-names.ts';
import { grantingStep } from './role-grant.ts';

interface Network {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** AWS gives them back in an order of its own. */
const networkOf = (subnetIds: readonly string[], securityGroupIds: readonly string[]): Network | null =>
  subnetIds.length === 0 ? null : { subnetIds: [...subnetIds].sort(), securityGroupIds: [...securityGroupIds].sort() };

export const attachVpc = grantingStep<'attach-vpc', Network | null>({
  ...configField<'attach-vpc', Network | null>({
    name: (step) => `the VPC of ${step.target.name}`,
    from: () => null,
    to: (step) => networkOf(step.subnetIds, step.securityGroupIds),
    pick: ({ VpcConfig: vpc }) => networkOf(vpc?.SubnetIds ?? [], vpc?.SecurityGroupIds ?? []),
    // Empty lists detach it (https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html).
    change: (network) => ({
      VpcConfig: { SubnetIds: [...(network?.subnetIds ?? [])], SecurityGroupIds: [...(network?.securityGroupIds ?? [])] },
    }),
  }),
  policyName: (step) => policyNameOf('vpc', step.target),
  functionOf: async (_deps, _clients, step) => ({ FunctionName: step.target.name }),
});
