import { createInterface } from 'node:readline';
import { BadInput } from '../frame/bad-input.ts';
import { FLAGS, type QuestionKey } from './flags.ts';
import type { Answers, Question } from './questions.ts';

/** Where questions are asked: a terminal, or two streams. */
export interface Talk {
  say(text: string): void;
  /** The next line without its end; undefined when there is none. */
  hear(prompt: string): Promise<string | undefined>;
  end(): void;
}

/** Questions go to stderr: stdout is the result. Lines that come before they are asked for wait. */
export function talkOn(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Talk {
  const lines = createInterface({ input, output, terminal: input.isTTY === true && output.isTTY === true });
  const heard = lines[Symbol.asyncIterator]();
  return {
    say: (text) => void output.write(`${text}\n`),
    hear: async (prompt) => {
      lines.setPrompt(prompt);
      lines.prompt();
      const { value, done } = await heard.next();
      return done ? undefined : String(value);
    },
    end: () => lines.close(),
  };
}

/**
 * Every answer: from an option, else asked until it can be used, with the reason each time.
 * @param talk undefined: nothing is asked, and what has no default must be an option
 * @throws BadInput for an option that can't be, and when the input ends before the questions do
 */
export async function answersTo(
  questions: readonly Question[],
  given: Partial<Answers>,
  talk: Talk | undefined,
): Promise<Answers> {
  const answers: Partial<Record<QuestionKey, string>> = {};
  // All options first: nobody shall answer eight questions to hear that the ninth is wrong already.
  for (const { key, flag, wrong } of questions) {
    const option = given[key]?.trim();
    const why = option === undefined ? undefined : wrong(option);
    if (why !== undefined) throw new BadInput(`--${flag}`, why);
  }
  for (const question of questions) {
    const { key, flag, otherwise, goesWith } = question;
    const fallback = otherwise?.(answers);
    const option = given[key]?.trim();
    if (goesWith && !answers[goesWith]) {
      if (option) throw new BadInput(`--${flag}`, `goes with --${flagOf(goesWith)}`);
      answers[key] = '';
    } else if (option) answers[key] = option;
    else if (talk && option === undefined) answers[key] = await askUntilRight(question, fallback, talk);
    else if (fallback !== undefined) answers[key] = fallback;
    else throw new BadInput(`--${flag}`, option === undefined ? 'is needed, with --yes' : 'an answer is needed');
  }
  return answers as Answers;
}

const flagOf = (key: QuestionKey): string => FLAGS.find((one) => one.key === key)?.flag ?? key;

async function askUntilRight(question: Question, fallback: string | undefined, talk: Talk): Promise<string> {
  const { text, flag, wrong } = question;
  talk.say(text);
  for (;;) {
    const heard = await talk.hear(fallback ? `  [${fallback}] > ` : '  > ');
    if (heard === undefined) throw new BadInput(`--${flag}`, 'the input ended before this was answered; nothing was written');
    const answer = heard.trim() === '' && fallback !== undefined ? fallback : heard.trim();
    const why = answer === '' && fallback === undefined ? 'an answer is needed' : wrong(answer);
    if (why === undefined) return answer;
    talk.say(`  ${why}.`);
  }
}
