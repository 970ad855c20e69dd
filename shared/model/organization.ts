/** A unit of the organization, or its root. */
export interface Unit {
  /** `ou-...` or `r-...` */
  readonly id: string;
  readonly name: string;
}

/** An account as Organizations has it. */
export interface AccountInOrganization {
  readonly name: string;
  readonly isActive: boolean;
  /** Its own unit first, the root last. */
  readonly units: readonly Unit[];
}
