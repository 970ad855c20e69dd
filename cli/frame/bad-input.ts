import { CinchError } from '../../shared/model/errors.ts';

/** What the user gave can't be used. The message says what and where; exit code 2. */
export class BadInput extends CinchError {
  /** Without the place, for an answer that has it already. */
  readonly why: string;
  constructor(where: string, why: string) {
    super('bad-input', `${where}: ${why}`);
    this.why = why;
  }
}
