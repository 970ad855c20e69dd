/** The URL of a bundle of the sources in this checkout, made when there is none of their present state. */
export function freshBundle(root: string): Promise<URL>;
