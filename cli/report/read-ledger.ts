import { isCode } from '../../shared/aws/aws-error.ts';
import type { Waiver } from '../../shared/model/finding.ts';
import { clock } from '../../shared/wire-common.ts';
import { type ReportOptions, wireReport } from '../../shared/wire-report.ts';
import { BadInput } from '../frame/bad-input.ts';
import type { UnitOf } from './covers.ts';
import { sourceFromLedger } from './from-ledger.ts';
import type { ReportSource } from './source.ts';

/** Apart from the rest, so that only who reads the ledger loads what calls AWS. @throws BadInput, AccessRefused, AwsError */
export async function readLedger(options: ReportOptions, configured: readonly Waiver[], unitOf: UnitOf): Promise<ReportSource> {
  const ledger = await wireReport(options);
  try {
    return sourceFromLedger(await ledger.read(), configured, clock.now().toISOString(), unitOf);
  } catch (error) {
    if (isCode(error, 'ResourceNotFoundException'))
      throw new BadInput('--table', `there is no table ${options.table} in this region`);
    throw error;
  }
}
