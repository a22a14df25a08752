/** How long a tab may hold its turn, in milliseconds: one that was closed meanwhile must not hold up the others. */
const LEASE = 15_000;
/** How long two tabs may take to notice that both want it, in milliseconds. */
const CONTEST = 60;

/**
 * Runs alone among the tabs of the browser: by its locks, or by a note in localStorage where it has none, which is
 * so on plain http.
 */
export async function exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
  if ('locks' in navigator) return navigator.locks.request(name, work);
  const key = `${name}.turn`;
  const me = `${Math.random()}`;
  for (;;) {
    const [owner, since] = (localStorage.getItem(key) ?? '').split(' ');
    const taken = owner && owner !== me && Date.now() - Number(since) < LEASE;
    if (owner === me) break;
    if (!taken) localStorage.setItem(key, `${me} ${Date.now()}`);
    await new Promise((resolve) => setTimeout(resolve, CONTEST));
  }
  try {
    return await work();
  } finally {
    localStorage.removeItem(key);
  }
}
