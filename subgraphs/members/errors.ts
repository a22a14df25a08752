import { errorCatalogue } from '../../kernel/errors.ts';

/** The errors of members, by code. */
export const memberError = errorCatalogue({
  SIGN_IN_REFUSED: 'The name and what was given with it do not match.',
  SIGN_IN_LOCKED: 'Too many failures in a row; wait before the next try.',
  SESSION_EXPIRED: 'This session is over; sign in again.',
  IDENTITY_PROVIDER_UNKNOWN: 'Nobody can sign in through this provider here.',
  STORE_NOT_FOUND: 'There is no such store.',
  STAFF_NOT_FOUND: 'There is no such member of staff.',
  STAFF_NAME_TAKEN: 'A member of staff of this name exists already.',
  LAST_HEADQUARTERS: 'Nobody else could manage staff then: name another for headquarters first.',
  DINER_NOT_FOUND: 'There is no such diner.',
  POINTS_INSUFFICIENT: 'The account does not hold so many points.',
});
