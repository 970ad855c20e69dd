import { counted } from '../../rules/parts/words.ts';
import { broken, fine, type Judgement } from './check.ts';
import type { LayerFacts, UsedLayer } from './member-facts.ts';

/** `Cinch secret resolver arm64 sha256:<hex>`, as apply describes what it publishes. */
const HASH = / sha256:([0-9a-f]{64})$/;

/**
 * Whether each version of Cinch's layers that functions have is there, and is what was published. A version that was deleted runs on, but the
 * next update that names it is refused (https://docs.aws.amazon.com/lambda/latest/dg/deleting-layers.html). Pure.
 */
export function layersAre({ functions, isWhole, used }: LayerFacts): Judgement {
  const looked = `${isWhole ? '' : 'the first '}${counted(functions, 'function')}`;
  const wrong = used.flatMap((layer) => whyWrong(layer) ?? []);
  if (wrong.length > 0)
    return broken(
      wrong.join('; '),
      'undo Cinch’s change of the function and approve it again: it then gets the layer of this version, published anew where it is not there',
    );
  if (used.length === 0) return fine(`none of ${looked} has one`);
  return fine(`${counted(used.length, 'version')} in use by ${looked}, as published`);
}

function whyWrong({ arn, functionName, published }: UsedLayer): string | undefined {
  const name = `${arn.split(':').slice(-2).join(':')} of ${functionName}`;
  if (published === null) return `${name} is not there any more`;
  const [, hash] = HASH.exec(published.description) ?? [];
  if (hash === undefined) return `${name} was not published by Cinch`;
  return hash === published.sha256 ? undefined : `${name} has other content than Cinch published`;
}
