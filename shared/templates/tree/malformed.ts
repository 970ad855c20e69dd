import { MalformedInput } from '../../model/errors.ts';
import type { Place } from './places.ts';

/** A template that can't be read, and where. */
export class MalformedTemplate extends MalformedInput {
  readonly file: string;
  readonly place: Place;
  /** Without the place, for a report that has columns of its own. */
  readonly why: string;
  constructor(file: string, place: Place, why: string) {
    super('template', `${file}:${place.line}:${place.column}`, why);
    this.file = file;
    this.place = place;
    this.why = why;
  }
}

/** Deeper than any template, and shallow enough for every function that walks one. */
export const MAX_DEPTH = 200;
