/** An IAM policy, normalized by `policy/parse.ts`: lists are lists, the text is kept as AWS gave it so that undo is exact to the byte. */
export interface PolicyDocument {
  readonly text: string;
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly sid: string | null;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  readonly principals: readonly Principals[];
  readonly notPrincipals: readonly Principals[];
  /** Operator -> key -> values, as written (case kept). */
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** The statement as it stood in the document, for diffs and for putting it back. */
  readonly source: unknown;
}

/** `{type: 'AWS' | 'Service' | 'Federated' | 'CanonicalUser' | '*', values}`. A bare `"Principal": "*"` has type `*`. */
export interface Principals {
  readonly type: string;
  readonly values: readonly string[];
}
