/**
 * What a plug-in is written against: `import { definePlugin } from 'dinegraph'`. The interfaces that it may implement are
 * in `dinegraph/ports`, the product for its tests in `dinegraph/testing`.
 */
export type { TypedDocumentNode } from '@graphql-typed-document-node/core';
export { defineEntity, type InferEntity, p } from '@mikro-orm/core';
export type { EntityManager } from '@mikro-orm/sql';
export type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
export { z } from 'zod';
export type { Cache } from '../kernel/cache.ts';
export { type Clock, DAY, HOUR, MINUTE, SECOND } from '../kernel/clock.ts';
export { CONTRACT } from '../kernel/contract.ts';
export { insertNew } from '../kernel/database/insert-new.ts';
export { badInput, CodedError, errorCatalogue } from '../kernel/errors.ts';
export { type EventEnvelope, type EventName, type Events, type Subject, UNVERSIONED } from '../kernel/events/events.ts';
export type { Claim, Outcome } from '../kernel/idempotency.ts';
export {
  anonymous,
  callerOf,
  hasScope,
  type Identity,
  type PersonIdentity,
  requirePerson,
  requireScope,
} from '../kernel/identity.ts';
export { newId } from '../kernel/ids.ts';
export type { Job } from '../kernel/jobs.ts';
export type { LiveEvent, LiveField, LiveRoot, TopicPosition } from '../kernel/live/live.ts';
export { listLoader, loader, present, rowBy, rowsBy } from '../kernel/loaders.ts';
export type { Logger } from '../kernel/log.ts';
export {
  type Context,
  definePlugin,
  type Handlers,
  type Host,
  type Module,
  type Parts,
  type ResolverMap,
  type Transaction,
} from '../kernel/module.ts';
export { allocate, decimalsOf, share, toMajor } from '../kernel/money.ts';
export { type Connection, type PageArgs, page } from '../kernel/paging.ts';
export type { AtStore } from '../kernel/plugin-settings.ts';
export { type Offer, offer, type PortToken, type Provided, provide } from '../kernel/ports.ts';
export type { Page, RouteHandler, RoutePlace, RouteRequest } from '../kernel/routes.ts';
export { readSdl } from '../kernel/sdl.ts';
export type { Labels, Readings } from '../kernel/telemetry/metrics.ts';
export type { OwnMetrics } from '../kernel/telemetry/own-metrics.ts';

import '../schema/events.ts';
