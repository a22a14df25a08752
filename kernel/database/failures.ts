/** What the driver says of a failure; the ORM's own exceptions carry it over. */
interface DriverFailure {
  errno?: unknown;
  /** Whether the connection is gone with it. */
  fatal?: unknown;
  message?: unknown;
  cause?: unknown;
  originalError?: unknown;
  /** Where graphql has wrapped what it does not take for an Error. */
  thrownValue?: unknown;
}

/** A lock that was not to be had in time, and a deadlock: the transaction is undone, and may be run anew. */
const CONTENTION = new Set([1205, 1213]);

/** Too many connections (of a user); shutting down; killed; idle for too long; read only while another takes over. */
const AWAY = new Set([1040, 1203, 1226, 1053, 1077, 1927, 3169, 4031, 1290, 1836]);

/** Whether a transaction failed only because another was in its way. */
export function isContention(error: unknown): boolean {
  return chain(error).some(({ errno }) => CONTENTION.has(Number(errno)));
}

/** Whether a database could not be reached or broke off. What became of a commit under way is then not known. */
export function isUnreachable(error: unknown): boolean {
  return chain(error).some(
    ({ errno, fatal, message }) => fatal === true || AWAY.has(Number(errno)) || message === 'Pool is closed.',
  );
}

/** An error and what lies behind it. */
function chain(error: unknown): DriverFailure[] {
  const found: DriverFailure[] = [];
  for (let at = error; at && typeof at === 'object' && found.length < 5; ) {
    const failure = at as DriverFailure;
    found.push(failure);
    at = failure.cause ?? failure.originalError ?? failure.thrownValue;
  }
  return found;
}
