import { listLoader, loader } from '../../kernel/loaders.ts';
import { Consent, DinerRecord, PointsAccount, PointsTransfer, StaffMember } from './entities.ts';

/** Diners by id. */
export const dinerById = loader(
  (ctx, ids) => ctx.em.find(DinerRecord, { id: { $in: [...ids] } }),
  ({ id }) => id,
);

/** Members of staff by id. */
export const staffById = loader(
  (ctx, ids) => ctx.em.find(StaffMember, { id: { $in: [...ids] } }),
  ({ id }) => id,
);

/** Points accounts by their diner's id. */
export const accountById = loader(
  (ctx, ids) => ctx.em.find(PointsAccount, { id: { $in: [...ids] } }),
  ({ id }) => id,
);

/** Points transfers by id. */
export const transferById = loader(
  (ctx, ids) => ctx.em.find(PointsTransfer, { id: { $in: [...ids] } }),
  ({ id }) => id,
);

/** What diners agreed to, oldest first, by the diner's id. */
export const consentsByDiner = listLoader(
  (ctx, ids) => ctx.em.find(Consent, { dinerId: { $in: [...ids] } }, { orderBy: { id: 'asc' } }),
  ({ dinerId }) => dinerId,
);
