/** All that is done in a store. */
const runningAStore = [
  'menu:write',
  'menu:sold-out',
  'orders:read',
  'orders:place',
  'orders:cancel',
  'orders:import',
  'payments:take',
  'kitchen:read',
  'kitchen:work',
  'devices:manage',
  'stock:read',
  'stock:write',
  'marketing:manage',
  'members:read',
  'plugins:manage',
] as const;

/** What a role allows, wherever it holds. Staff's tokens carry these scopes; devices get theirs when they are paired. */
const scopesByRole = {
  WAITER: ['menu:sold-out', 'orders:read', 'orders:place', 'payments:take', 'kitchen:read'],
  COOK: ['menu:sold-out', 'kitchen:read', 'kitchen:work'],
  MANAGER: runningAStore,
  HEADQUARTERS: [...runningAStore, 'purchasing:approve', 'members:write', 'staff:manage'],
} as const;

/** The work that somebody is taken on for. */
export type Role = keyof typeof scopesByRole;

/** The scopes of a role, such as kitchen:work. */
export function scopesOf(role: Role): readonly string[] {
  return scopesByRole[role];
}

/** Whether a text names a role. */
export function isRole(text: string): text is Role {
  return Object.hasOwn(scopesByRole, text);
}

/** Where a role holds: headquarters everywhere, every other at its stores. */
export function reachOf(role: Role, storeIds: readonly string[]): 'all' | readonly string[] {
  return role === 'HEADQUARTERS' ? 'all' : storeIds;
}
