import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { JWK } from 'jose';
import type { Role } from './roles.ts';

/** A key pair that access tokens are signed with. The newest signs; all of them verify. */
export const SigningKey = defineEntity({
  name: 'SigningKey',
  tableName: 'signing_key',
  properties: { kid: p.string().primary(), privateJwk: p.json<JWK>(), createdAt: p.bigint('number') },
});

/** Whoever may hold sessions. Raising `version` ends every session and every token of theirs at once. */
export const Principal = defineEntity({
  name: 'Principal',
  tableName: 'principal',
  properties: { id: p.string().primary(), kind: p.string().$type<PrincipalKind>(), version: p.integer() },
});
export type Principal = InferEntity<typeof Principal>;
export type PrincipalKind = 'diner' | 'staff' | 'device';

/** One sign-in and all its refreshes. Good while it is there, not expired, and of its principal's present version. */
export const OpenSession = defineEntity({
  name: 'OpenSession',
  tableName: 'open_session',
  properties: {
    id: p.string().primary(),
    principalId: p.string().index(),
    version: p.integer(),
    /** Derives each refresh token's secret from the one before. */
    seed: p.string(),
    /** Of the one refresh token that is still good: SHA-256 of its secret, base64url. */
    refreshHash: p.string(),
    /** Of the refresh token that was traded for it, which may be traded again for a moment; empty at first. */
    spentHash: p.string(),
    tradedAt: p.bigint('number'),
    expiresAt: p.bigint('number').index(),
  },
});
export type OpenSession = InferEntity<typeof OpenSession>;

/** What a paired device may do, and where. */
export const DeviceGrant = defineEntity({
  name: 'DeviceGrant',
  tableName: 'device_grant',
  properties: { deviceId: p.string().primary(), storeId: p.string(), scopes: p.json<string[]>() },
});

/** Failures in a row to sign in under a name, whether or not anybody bears it. */
export const SignInGuard = defineEntity({
  name: 'SignInGuard',
  tableName: 'sign_in_guard',
  properties: {
    nameKey: p.string().primary(),
    failures: p.integer(),
    /** 0 when the name is not locked. */
    lockedUntil: p.bigint('number'),
    lastAt: p.bigint('number').index(),
  },
});

/** Somebody who works for the chain. */
export const StaffMember = defineEntity({
  name: 'StaffMember',
  tableName: 'staff_member',
  properties: {
    id: p.string().primary(),
    name: p.string(),
    /** The name as it is compared. */
    nameKey: p.string().unique(),
    pinHash: p.string(),
    role: p.string().$type<Role>(),
    /** Empty for headquarters. */
    storeIds: p.json<string[]>(),
    active: p.boolean(),
    createdAt: p.bigint('number'),
  },
});
export type StaffMember = InferEntity<typeof StaffMember>;

/** A guest who has registered. */
export const DinerRecord = defineEntity({
  name: 'DinerRecord',
  tableName: 'diner',
  properties: { id: p.string().primary(), name: p.string(), registeredAt: p.bigint('number') },
});
export type DinerRecord = InferEntity<typeof DinerRecord>;

/** A diner as whoever asks may see them. */
export interface Diner extends Pick<DinerRecord, 'id' | 'name' | 'registeredAt'> {
  /** Whether points and consents are shown, not only what one calls them by. */
  whole: boolean;
}

/** Whom an identity provider knows a diner as. */
export const ExternalIdentity = defineEntity({
  name: 'ExternalIdentity',
  tableName: 'external_identity',
  properties: { provider: p.string().primary(), subject: p.string().primary(), dinerId: p.string().index() },
});

/** What a diner agreed to or took back; the newest of a purpose counts. */
export const Consent = defineEntity({
  name: 'Consent',
  tableName: 'consent',
  properties: {
    id: p.string().primary(),
    dinerId: p.string().index(),
    purpose: p.string().$type<ConsentPurpose>(),
    version: p.string(),
    granted: p.boolean(),
    at: p.bigint('number'),
  },
});
export type Consent = InferEntity<typeof Consent>;
type ConsentPurpose = 'TERMS' | 'PRIVACY' | 'MARKETING';

/** A side of the points ledger: a diner's, or the programme's own. The balance is the sum of its entries. */
export const PointsAccount = defineEntity({
  name: 'PointsAccount',
  tableName: 'points_account',
  properties: {
    /** The diner's id, or PROGRAMME. */
    id: p.string().primary(),
    balance: p.bigint('number'),
    /** What came in by EARN in all. */
    earned: p.bigint('number'),
  },
});
export type PointsAccount = InferEntity<typeof PointsAccount>;

/** Points on their way from one account to another; never changed, corrected only by another transfer. */
export const PointsTransfer = defineEntity({
  name: 'PointsTransfer',
  tableName: 'points_transfer',
  properties: {
    /** Says what it is for, so that the same cause moves points once: `earn:<orderId>`. */
    id: p.string().primary(),
    kind: p.string().$type<PointsEntryKind>(),
    debitAccountId: p.string(),
    creditAccountId: p.string(),
    /** More than 0. */
    points: p.integer(),
    reference: p.string(),
    /** Who caused it, such as `staff:0192...`. */
    actor: p.string(),
    at: p.bigint('number'),
  },
});
export type PointsTransfer = InferEntity<typeof PointsTransfer>;
type PointsEntryKind = 'EARN' | 'BURN' | 'EXPIRE' | 'ADJUST' | 'REVERSE' | 'TRANSFER';

/** One account's side of a transfer. */
export const PointsEntry = defineEntity({
  name: 'PointsEntry',
  tableName: 'points_entry',
  properties: {
    id: p.string().primary(),
    accountId: p.string(),
    transferId: p.string().index(),
    /** Positive into the account, negative out of it. */
    points: p.integer(),
    balanceAfter: p.bigint('number'),
  },
  indexes: [{ properties: ['accountId', 'id'] }],
});
export type PointsEntry = InferEntity<typeof PointsEntry>;

/** A session as it is handed out, once. */
export interface Session {
  accessToken: string;
  expiresAt: number;
  refreshToken: string;
  principal: Pick<Principal, 'id' | 'kind'>;
}

/** This module's tables. */
export const entities = [
  SigningKey,
  Principal,
  OpenSession,
  DeviceGrant,
  SignInGuard,
  StaffMember,
  DinerRecord,
  ExternalIdentity,
  Consent,
  PointsAccount,
  PointsTransfer,
  PointsEntry,
];
