// Where signing in leads to.

/** The page that sent somebody here, never one of another site; else the people. */
export function goal(search) {
  const then = new URLSearchParams(search).get('then') || '';
  return /^\/(?![/\\])[^\\\s]*$/.test(then) ? then : 'people';
}
