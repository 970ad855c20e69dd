import { DeleteLayerVersionCommand } from '@aws-sdk/client-lambda';
import type { LayerCleaner } from '../flows/ports.ts';
import { AccessRefused } from '../model/errors.ts';
import { isDenied } from './aws-error.ts';
import type { MemberAccess } from './member.ts';
import { readDescriptions } from './steps/secrets/layer.ts';

/** Deletes as cinch-write, and knows what this installation would publish. */
export function makeLayerCleaner(deps: { readonly members: MemberAccess; readonly layerFolder: string }): LayerCleaner {
  return {
    readCurrent: () => readDescriptions(deps.layerFolder),
    applyDeletion: async (account, region, { layer, version }) => {
      const { lambda, roleName } = deps.members.clients(account, region, 'write');
      try {
        await lambda.send(new DeleteLayerVersionCommand({ LayerName: layer, VersionNumber: version }));
      } catch (error) {
        if (isDenied(error)) throw new AccessRefused(`${roleName} of account ${account} may not delete a version of ${layer}`);
        throw error;
      }
    },
  };
}
