/** Whether a tag is one of those that name an owner. Case is ignored: people write `Owner` and `owner`. */
export const isOwnerTag = (tag: string, ownerTags: readonly string[]): boolean =>
  ownerTags.some((ownerTag) => ownerTag.toLowerCase() === tag.toLowerCase());
