import { checkMessageBlocks } from '../block-limits.ts';
import { jsonArg, type Method, refuse, succeed } from './answer.ts';

/** Of blocks only: a message or a view is not validated here. https://docs.slack.dev/reference/methods/blocks.validate */
const validateBlocks: Method = (_store, args) => {
  const blocks = jsonArg(args, 'blocks');
  if (!Array.isArray(blocks)) return refuse('invalid_arguments');
  const { problems } = checkMessageBlocks(blocks);
  if (problems.length === 0) return succeed();
  const errors = problems.map(({ pointer, message }) => ({ pointer, code: 'invalid', message }));
  return refuse('invalid_blocks', { errors });
};

export const validate: Record<string, Method> = { 'blocks.validate': validateBlocks };
