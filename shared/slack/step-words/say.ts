import { type Resource, resourceFromArn } from '../../model/resource.ts';
import { type Leaf, name, words } from '../rich-text.ts';

/** How a step is put to people: before (`ask`, an order to be confirmed) and after (`done`). Pure. */
export interface StepWords {
  readonly ask: Leaf[];
  readonly done: Leaf[];
}

export type WordsOf<S extends { readonly kind: string }> = {
  readonly [K in S['kind']]: (step: Extract<S, { kind: K }>) => StepWords;
};

export function say({ ask, done }: { ask: string; done: string }, ...rest: (string | Leaf)[]): StepWords {
  const tail = rest.map((part) => (typeof part === 'string' ? words(part) : part));
  return { ask: [words(`${ask} `), ...tail], done: [words(`${done} `), ...tail] };
}

export const of = (target: Resource): Leaf => name(target.name);
export const roleName = (arn: string): Leaf => name(resourceFromArn(arn)?.name ?? arn);
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
