import { shapeOf } from './randomness.ts';

/** Words that people write where a secret is to be put. */
const WORD =
  /example|placeholder|changeme|change[_-]?(?:me|this|my|your)|change[_-]?it|replace|your[_-]?|insert|dummy|sample|redacted|todo|fixme|foobar|here$|put[_-]|enter[_-]|not[_-]?set|undefined|some[_-]?(?:secret|token|password|key|value|thing)|tbd|lorem/gi;
/** Whole values that stand for none, or for any. */
const EMPTY_WORDS: ReadonlySet<string> = new Set(
  `password passwd passphrase pass pwd secret secrets token key apikey api-key api_key changeme changeit none null nil undefined true false yes no on off n/a na - test testing foo bar baz abc xyz abc123 value string text
  username user mypassword my-password my_password mysecret my-secret my_secret mytoken mykey secretpassword default empty unset disabled enabled auto required optional bearer basic x redacted hidden masked encrypted unknown
  foobar hello world bar123 testvalue mypass secretkey secret-key secret_key accesskey access_key token123 12345 123456 1234 12345678 123456789 1234567890`.split(
    /\s+/,
  ),
);
const TEMPLATE =
  /^\$\{?[A-Za-z_][\w.:-]*\}?$|\$\{[A-Za-z_][\w.:-]{0,100}\}|\{\{\s{0,3}[\w.$()|:'" -]{1,200}\}\}|^<[^<>]{1,200}>$|<%=|^%[A-Za-z_][\w.]*%|^%\([\w.]+\)s$|^__\w+__$|^\[[A-Za-z_ -]{2,60}\]$|^\{[A-Za-z_]\w*\}$|^#\{[^}]{1,100}\}#?$|^@\w+@$|^\(\w+\)$|\.\.\.|…/;
/** Code and Terraform that names where the value is: it was meant to be evaluated. */
const EXPRESSION =
  /^(?:process\.env[.[]|import\.meta\.env\.|Deno\.env\.|os\.(?:environ|getenv)|System\.getenv|ENV\[|env\.|var\.|local\.|module\.|data\.|secrets\.|self\.|this\.|params?\.|config\.|settings\.|random_\w+\.|aws_\w+\.|azurerm_\w+\.|google_\w+\.)[\w.[\]"'()-]{1,120}$|^[A-Za-z_][\w.]{2,60}\((?:["'\w.,\s-]{0,80})\)$/;
/** What fills a form's field when nothing else is at hand. */
const FILLERS = 'xX*#.?_-•…';
const ZEROES = '0aA1';

/** Whether a value stands in a secret's place without being one. */
export function isPlaceholder(value: string): boolean {
  if (value.length <= 24 && EMPTY_WORDS.has(value.toLowerCase())) return true;
  return (
    isTemplate(value) ||
    isFilled(value) ||
    isOneCharacter(value) ||
    isRepetition(value) ||
    CHANGE.test(value) ||
    isMostlyPlaceholderWords(value)
  );
}

/** Whether something else will be put in: `${NAME}`, `{{ name }}`, `<your token>`. */
export function isTemplate(value: string): boolean {
  return TEMPLATE.test(value) || EXPRESSION.test(value);
}

/** `xxxx-xxxx`, `AKIA****`, `00000000`, `####`. */
export function isFilled(value: string): boolean {
  let run = 1;
  let zeroes = 0;
  let fillers = 0;
  for (let i = 0; i < value.length; i++) {
    const char = value[i] ?? '';
    if (FILLERS.includes(char)) fillers++;
    if (char === value[0] && ZEROES.includes(char)) zeroes++;
    run = char === value[i - 1] ? run + 1 : 1;
    if (run >= 5 && FILLERS.includes(char) && char !== '-' && char !== '.' && char !== '_') return true;
  }
  return value.length > 0 && (fillers === value.length || (value.length >= 6 && zeroes * 10 >= value.length * 9));
}

/** Any one character over and over is no secret where nothing but a name says that it might be one. */
function isOneCharacter(value: string): boolean {
  return value.length >= 6 && value === (value[0] ?? '').repeat(value.length);
}

/** `changePassword`, `changeRunnerAuthToken`. */
const CHANGE = /^change[_-]?(?:[A-Z][a-z]+|[A-Z]+){1,5}$/;

/** `11111111-2222-3333`, `aaaabbbbcccc`, `deadbeefdeadbeefdeadbeef`: typed with a few keys. */
function isRepetition(value: string): boolean {
  if (value.length < 12) return false;
  for (let period = 2; period <= 8; period++) if (value.length >= 3 * period && hasPeriod(value, period)) return true;
  let run = 3;
  for (let i = 0; i < value.length; i++) {
    if (value[i] === '-') continue;
    if (i > 0 && value[i] === value[i - 1]) run++;
    else if (run < 3) return false;
    else run = 1;
  }
  return run >= 3;
}

function hasPeriod(value: string, period: number): boolean {
  for (let i = period; i < value.length; i++) if (value.charCodeAt(i) !== value.charCodeAt(i - period)) return false;
  return true;
}

/** Counting sequences: `1234567890`, the alphabet. */
export function isSequence(value: string): boolean {
  let steps = 0;
  for (let i = 1; i < value.length; i++) if (value.charCodeAt(i) - value.charCodeAt(i - 1) === 1) steps++;
  return value.length >= 6 && steps * 10 >= (value.length - 1) * 7;
}

/** With the words taken out, nothing is left that could be a token of its own. */
function isMostlyPlaceholderWords(value: string): boolean {
  if (value.search(WORD) < 0) return false;
  const rest = value.replace(WORD, '');
  if (rest.length < 16 || rest.length * 10 < value.length * 6) return true;
  const shape = shapeOf(rest);
  return shape.digits < 6 && shape.changes * 10 < (shape.length - shape.signs) * 2;
}
