import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** An exception from the AwsSolutions pack, as narrow as the finding, with its reason. */
export function accept(construct: IConstruct, reason: string, ...ids: string[]): void {
  Validations.of(construct).acknowledge(...ids.map((id) => ({ id: `AwsSolutions-${id}`, reason })));
}
