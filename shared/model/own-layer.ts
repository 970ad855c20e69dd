/** A version of a layer that Cinch has published in an account and region. */
export interface OwnLayerVersion {
  readonly layer: string;
  readonly version: number;
  readonly arn: string;
  /** `Cinch secret resolver arm64 sha256:<hex>`: program, architecture and content. */
  readonly description: string;
}

/** Since when nobody uses the old versions at a place, as far as sweep has seen. There is one record a place. */
export interface LayerUse {
  /** The place's id. */
  readonly id: string;
  /** When all functions were last looked through, ISO; null before the first time. */
  readonly checkedAt: string | null;
  /** Layer version ARN -> when it was last seen in use, or first seen to be old; ISO. */
  readonly lastUsed: Readonly<Record<string, string>>;
  readonly version: number;
}
