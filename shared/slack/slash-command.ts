import { DAYS, REASON_MAX } from './names.ts';

/** What can be typed after `/cinch`. */
export type SlashCommand =
  | { readonly verb: 'status' }
  | { readonly verb: 'help' }
  | { readonly verb: 'exempt'; readonly rule: string; readonly arn: string; readonly days: number; readonly reason: string }
  | { readonly verb: 'stop'; readonly reason: string }
  | { readonly verb: 'resume' }
  | { readonly verb: 'reset'; readonly account: string };

/** mrkdwn. */
export const HELP = [
  '`/cinch status`: what is open, asked and stopped',
  '`/cinch exempt <rule> <ARN> <days> <reason>`: leave a resource alone for a while',
  '`/cinch stop <reason>`: change nothing more in any account, at once',
  '`/cinch resume`: go on',
  '`/cinch reset <account>`: fix by itself again in an account where Cinch has turned to asking',
].join('\n');

/** Reads what was typed, or says what is wrong with it. Pure. */
export function parseSlashCommand(text: string): SlashCommand | { readonly problem: string } {
  const words = text.trim().split(/\s+/u);
  const verb = words[0]?.toLowerCase() ?? '';
  switch (verb) {
    case '':
    case 'help':
      return { verb: 'help' };
    case 'status':
    case 'resume':
      return words.length === 1 ? { verb } : { problem: `\`${verb}\` takes nothing more.` };
    case 'stop': {
      const reason = rest(words, 1);
      return checkReason(reason) ?? { verb, reason };
    }
    case 'reset': {
      const [, account = ''] = words;
      const isAccount = words.length === 2 && /^\d{12}$/.test(account);
      return isAccount ? { verb, account } : { problem: '`reset` needs an account of 12 digits, and nothing more.' };
    }
    case 'exempt':
      return parseExempt(words);
    default:
      return { problem: 'That is no command of mine.' };
  }
}

function parseExempt(words: readonly string[]): SlashCommand | { readonly problem: string } {
  const [, rule = '', arn = '', given = ''] = words;
  const reason = rest(words, 4);
  const days = /^\d{1,3}$/.test(given) ? Number(given) : Number.NaN;
  if (!/^[a-z][a-z0-9-]{2,80}$/.test(rule))
    return { problem: 'Name the rule as at the foot of its card, e.g. `lambda-policy-public`.' };
  if (!/^arn:[\w-]+:[\w-]+:[\w-]*:\d{12}:\S{1,500}$/.test(arn)) return { problem: 'Name the resource by its whole ARN.' };
  if (!(days >= DAYS.min && days <= DAYS.max))
    return { problem: `Say for how many days: a whole number from ${DAYS.min} to ${DAYS.max}.` };
  return checkReason(reason) ?? { verb: 'exempt', rule, arn, days, reason };
}

const rest = (words: readonly string[], from: number): string => words.slice(from).join(' ');

function checkReason(reason: string): { readonly problem: string } | undefined {
  if (reason === '') return { problem: 'Say why.' };
  return [...reason].length > REASON_MAX ? { problem: `Say why in at most ${REASON_MAX} characters.` } : undefined;
}
