import { rowBy, rowsBy } from '../../kernel/loaders.ts';
import { Consent, DinerRecord, PointsAccount, PointsTransfer, StaffMember } from './entities.ts';

/** Diners by id. */
export const dinerById = rowBy(DinerRecord, 'id');

/** Members of staff by id. */
export const staffById = rowBy(StaffMember, 'id');

/** Points accounts by their diner's id. */
export const accountById = rowBy(PointsAccount, 'id');

/** Points transfers by id. */
export const transferById = rowBy(PointsTransfer, 'id');

/** What diners agreed to, oldest first, by the diner's id. */
export const consentsByDiner = rowsBy(Consent, 'dinerId', { id: 'asc' });
