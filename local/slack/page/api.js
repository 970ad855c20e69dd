/** @typedef {{ ok: boolean, error?: string, errors?: Record<string, string> }} Outcome */

/** @param {string} user @returns {Promise<any>} */
export async function readState(user) {
  const response = await fetch(`page/state?user=${encodeURIComponent(user)}`);
  if (!response.ok) throw new Error(`state: HTTP ${response.status}`);
  return response.json();
}

/**
 * @param {'click' | 'submit' | 'dismiss' | 'command' | 'say'} what
 * @param {Record<string, unknown>} body
 * @returns {Promise<Outcome>}
 */
export async function act(what, body) {
  const response = await fetch(`page/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.ok || response.status === 409 ? response.json() : { ok: false, error: `HTTP ${response.status}` };
}

/** Calls back on every change, and says when the connection comes and goes. */
export function watchChanges(onChange, onConnection) {
  const source = new EventSource('page/changes');
  source.addEventListener('message', () => {
    onConnection(true);
    onChange();
  });
  source.addEventListener('error', () => onConnection(false));
}
