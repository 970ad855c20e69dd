/** The base of every error that Cinch raises on purpose. `code` is stable, `message` says what and where, and never holds a secret's value. */
export class CinchError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Input that can't be read: an event, a policy, a configuration, a Slack request, a queue message. */
export class MalformedInput extends CinchError {
  constructor(what: string, where: string, why: string) {
    super('malformed', `${what}: ${where}: ${why}`);
  }
}

/** The resource is no longer what the plan was made for. Nothing was written. */
export class StateMoved extends CinchError {
  constructor(message: string) {
    super('state-moved', message);
  }
}

/** A write would not be safe or possible; the reason goes to people. Nothing was written. */
export class Refused extends CinchError {
  constructor(message: string) {
    super('refused', message);
  }
}

/** Passing: throttling, a resource that is still updating, a lease held by another. The queue tries again. */
export class TryAgain extends CinchError {
  /** Not before so many seconds, when whoever was asked said so. */
  readonly retryAfter: number | undefined;
  constructor(message: string, options?: ErrorOptions & { readonly retryAfter?: number }) {
    super('try-again', message, options);
    this.retryAfter = options?.retryAfter;
  }
}

/** The member account refused a role or a call. */
export class AccessRefused extends CinchError {
  constructor(message: string, options?: ErrorOptions) {
    super('access-refused', message, options);
  }
}

/** The configuration is invalid or can't be read: no writes happen. */
export class InvalidConfiguration extends CinchError {
  constructor(message: string) {
    super('invalid-configuration', message);
  }
}
