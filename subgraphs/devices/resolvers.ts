import type { LiveRoot } from '../../kernel/live/live.ts';
import { present } from '../../kernel/loaders.ts';
import type { Context, ResolverMap } from '../../kernel/module.ts';
import type { Resolvers } from '../../schema/types/devices.ts';
import type { Resolvers as InternalResolvers } from '../../schema/types/devices-internal.ts';
import { isActive } from './entities.ts';
import { kitchenByStore, linesByTicket, printerById, routesByStation, scaleById, stationById } from './loaders.ts';
import { advanceTicket } from './service/advance-ticket.ts';
import { devicesOf, type Pairing, unpairDevice, visibleDevice } from './service/pairing.ts';
import { printJobs, visiblePrintJob } from './service/print-jobs.ts';
import { printTableCodes } from './service/print-table-codes.ts';
import { addressOf, printersOf, removePrinter, setPrinter, visiblePrinter } from './service/printers.ts';
import { reprint } from './service/reprint.ts';
import { removeScale, scalesOf, setScale, visibleScale, weigh, weighedGrams } from './service/scales.ts';
import { createStation, routeStation, stationsOf, visibleStation } from './service/stations.ts';
import { type KitchenArgs, kitchenView, openTickets, ticketsOfOrder, visibleTicket } from './service/tickets.ts';
import type { DevicesHost } from './settings.ts';

/** What is set up once for the process. */
export interface Services {
  host: DevicesHost;
  pairing: Pairing;
}

/** The resolvers of schema.graphql. */
export function resolvers(services: Services): ResolverMap {
  return { ...fields(services), Subscription: subscriptions };
}

/** The resolvers of internal.graphql. */
export const internalResolvers = ({ host }: Pick<Services, 'host'>): InternalResolvers => ({
  Query: { weighedGrams: (_, args, ctx) => weighedGrams(host, ctx, args) },
});

/** The gateway does the subscribing; a frame is executed like any other operation. */
const subscriptions = {
  kitchenChanged: {
    resolve: (root: LiveRoot, args: KitchenArgs, ctx: Context) => kitchenView(ctx, args, root),
  },
};

function fields({ host, pairing }: Services): Resolvers {
  return {
    Query: {
      stations: (_, { storeId }, ctx) => stationsOf(ctx, storeId),
      kitchen: (_, args, ctx) => openTickets(ctx, args),
      printJobs: (_, args, ctx) => printJobs(ctx, args),
      scales: (_, { storeId }, ctx) => scalesOf(ctx, storeId),
      devices: (_, { storeId }, ctx) => devicesOf(ctx, storeId),
      printers: (_, { storeId }, ctx) => printersOf(ctx, storeId),
    },
    Mutation: {
      createStation: (_, { input }, ctx) => createStation(host, ctx, input),
      routeStation: (_, { input }, ctx) => routeStation(host, ctx, input),
      advanceTicket: (_, { input }, ctx) => advanceTicket(host, ctx, input),
      setScale: (_, { input }, ctx) => setScale(host, ctx, input),
      removeScale: (_, { input }, ctx) => removeScale(host, ctx, input),
      weigh: (_, { input }, ctx) => weigh(host, ctx, input),
      createPairing: (_, { input }, ctx) => pairing.create(ctx, input),
      claimPairing: (_, { input }, ctx) => pairing.claim(ctx, input),
      unpairDevice: (_, { input }, ctx) => unpairDevice(host, ctx, input),
      setPrinter: (_, { input }, ctx) => setPrinter(host, ctx, input),
      removePrinter: (_, { input }, ctx) => removePrinter(host, ctx, input),
      printTableCodes: (_, { input }, ctx) => printTableCodes(host, ctx, input),
      reprint: (_, { input }, ctx) => reprint(host, ctx, input),
    },
    Station: {
      __resolveReference: ({ id }, ctx) => visibleStation(ctx, id),
      store: ({ storeId }) => ({ id: storeId }),
      isDefault: async ({ id, storeId }, _, ctx) => (await kitchenByStore(ctx).load(storeId))?.defaultStationId === id,
      dishIds: async ({ id }, _, ctx) => targetIds(await routesByStation(ctx).load(id), 'DISH'),
      categoryIds: async ({ id }, _, ctx) => targetIds(await routesByStation(ctx).load(id), 'CATEGORY'),
    },
    KitchenTicket: {
      __resolveReference: ({ id }, ctx) => visibleTicket(ctx, id),
      station: ({ stationId }, _, ctx) => present(stationById(ctx).load(stationId)),
      order: ({ orderId }) => ({ id: orderId }),
      lines: ({ id }, _, ctx) => linesByTicket(ctx).load(id),
    },
    PrintJob: {
      __resolveReference: ({ id }, ctx) => visiblePrintJob(ctx, id),
      store: ({ storeId }) => ({ id: storeId }),
      order: ({ orderId }) => (orderId == null ? null : { id: orderId }),
      printer: ({ printerId }, _, ctx) => (printerId == null ? null : printerById(ctx).load(printerId)),
      copies: ({ sheets }) => Math.max(sheets - 1, 0),
    },
    Printer: {
      __resolveReference: ({ id }, ctx) => visiblePrinter(ctx, id),
      store: ({ storeId }) => ({ id: storeId }),
      address: (printer, _, ctx) => addressOf(ctx, printer),
      stations: ({ stationIds }, _, ctx) => Promise.all(stationIds.map((id) => present(stationById(ctx).load(id)))),
      takeover: ({ takeoverId }, _, ctx) => (takeoverId == null ? null : printerById(ctx).load(takeoverId)),
    },
    Scale: {
      __resolveReference: ({ id }, ctx) => visibleScale(ctx, id),
      store: ({ storeId }) => ({ id: storeId }),
    },
    Weighing: {
      scale: ({ scaleId }, _, ctx) => scaleById(ctx).load(scaleId),
    },
    PairedDevice: {
      __resolveReference: ({ id }, ctx) => visibleDevice(ctx, id),
      store: ({ storeId }) => ({ id: storeId }),
      station: ({ stationId }, _, ctx) => (stationId == null ? null : stationById(ctx).load(stationId)),
      active: (device) => isActive(device),
    },
    Order: {
      tickets: (order, _, ctx) => ticketsOfOrder(ctx, order),
    },
  };
}

function targetIds(routes: { kind: string; targetId: string }[], wanted: string): string[] {
  return routes.filter(({ kind }) => kind === wanted).map(({ targetId }) => targetId);
}
