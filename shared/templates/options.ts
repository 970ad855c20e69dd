/** What a template does not say itself. */
export interface TemplateOptions {
  /** The account it would be deployed to; its own pseudo parameter. */
  readonly account: string;
  readonly region: string;
  /** Values for parameters by name, instead of their defaults. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** For who does not say where it goes: every resource then lies in the same account, which is what its policies mean by their own. */
export const DEFAULT_OPTIONS: TemplateOptions = { account: '000000000000', region: 'us-east-1', parameters: {} };
