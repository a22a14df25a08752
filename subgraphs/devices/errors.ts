import { errorCatalogue } from '../../kernel/errors.ts';

/** What kitchens, printers and screens refuse. */
export const deviceError = errorCatalogue({
  STORE_NOT_FOUND: 'There is no such store.',
  STATION_NOT_FOUND: 'This store has no such station.',
  STATION_ROUTE_TAKEN: 'Another station of the store makes this already.',
  TICKET_NOT_FOUND: 'There is no such ticket.',
  TICKET_STATE_CHANGED: 'The ticket is no longer where it was seen.',
  DEVICE_NOT_FOUND: 'There is no such device.',
  SCALE_NOT_FOUND: 'This store has no such scale.',
  SCALE_DRIVER_UNKNOWN: 'No plug-in reads such scales.',
  SCALE_UNSTABLE: 'The scale does not come to rest.',
  SCALE_OVERLOADED: 'This is more than the scale can carry.',
  SCALE_EMPTY: 'Nothing lies on the scale, or less than nothing: set it to zero.',
  SCALE_SILENT: 'The scale does not answer.',
  PAIRING_CODE_REFUSED: 'This pairing code is wrong, used or too old.',
  PAIRING_REFUSED_TOO_OFTEN: 'Too many wrong pairing codes; try again in a minute.',
  PRINTER_NOT_FOUND: 'This store has no such printer.',
  PRINTER_DRIVER_UNKNOWN: 'There is no such printer driver.',
  PRINTER_ADDRESS_REFUSED: 'No printer can be reached at this address.',
  PRINTER_ROUTE_TAKEN: 'Another printer of the store prints this already.',
  TABLE_NOT_FOUND: 'This store has no such table.',
  PRINT_JOB_NOT_FOUND: 'There is no such print job.',
  PRINT_JOB_WITHDRAWN: 'Its order was cancelled before it was printed.',
});
