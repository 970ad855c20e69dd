import { checkMessageBlocks, MAX_MESSAGE_TEXT } from '../block-limits.ts';
import { withIds } from '../message-json.ts';
import { asObject } from '../requests.ts';
import type { Json } from '../types.ts';
import { type Answer, jsonArg, refuse, refuseProblems, textArg } from './answer.ts';

/** Slack cuts longer text and says so: https://docs.slack.dev/changelog/2018-truncating-really-long-messages */
const MAX_TEXT = 40_000;

export interface Content {
  text: string | undefined;
  blocks: Json[] | undefined;
  metadata: unknown;
  warnings: string[];
}

function readBlocks(args: Json, limitTotal: boolean): Json[] | undefined | Answer {
  const blocks = jsonArg(args, 'blocks');
  if (blocks === undefined || args.blocks === '') return undefined;
  if (!Array.isArray(blocks) || blocks.some((block) => asObject(block) === null)) return refuse('invalid_blocks_format');
  const { problems, textLength } = checkMessageBlocks(blocks);
  if (problems.length > 0) return refuseProblems('invalid_blocks', problems);
  if (limitTotal && textLength > MAX_MESSAGE_TEXT) return refuse('msg_blocks_too_long');
  return withIds(blocks as Json[]);
}

/** The metadata, or an Answer that refuses it. */
function readMetadata(args: Json): unknown {
  const metadata = jsonArg(args, 'metadata');
  if (metadata === undefined) return undefined;
  const object = asObject(metadata);
  const good = object !== null && typeof object.event_type === 'string' && asObject(object.event_payload) !== null;
  return good ? object : refuse('invalid_metadata_format');
}

export const isAnswer = (value: unknown): value is Answer => asObject(value)?.ok === false;

/**
 * What a message says, checked: text, blocks and metadata, or the refusal to answer with. A response_url has no limit on
 * the blocks' total text (`limitTotal: false`).
 */
export function readContent(args: Json, limitTotal = true): Content | Answer {
  if (args.attachments !== undefined && JSON.stringify(jsonArg(args, 'attachments')) !== '[]') {
    return refuse('invalid_attachments', {
      response_metadata: { messages: ['[ERROR] attachments are legacy; this workspace takes blocks only'] },
    });
  }
  const blocks = readBlocks(args, limitTotal);
  if (isAnswer(blocks)) return blocks;
  const metadata = readMetadata(args);
  if (isAnswer(metadata)) return metadata;
  const whole = textArg(args, 'text');
  const points = whole === undefined ? [] : [...whole];
  const text = points.length > MAX_TEXT ? points.slice(0, MAX_TEXT).join('') : whole;
  return {
    text,
    blocks,
    metadata,
    warnings: points.length > MAX_TEXT ? ['message_truncated'] : [],
  };
}

/** Adds the warnings to an answer as Slack does, or nothing. */
export const warningFields = (warnings: string[]): Json =>
  warnings.length === 0 ? {} : { warning: warnings.join(','), response_metadata: { warnings } };
