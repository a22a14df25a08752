import type { Device } from './graph.ts';

const ALL = 'all';
const key = (device: Device): string => `dinegraph.kitchen.station.${device.id}`;

/** The station a screen shows: the one chosen last, or else the one it was paired for. Null is the whole kitchen. */
export function rememberedStation(device: Device): string | null {
  const chosen = localStorage.getItem(key(device));
  return chosen === ALL ? null : (chosen ?? device.station?.id ?? null);
}

/** Keeps the cook's choice. */
export function rememberStation(device: Device, stationId: string | null): void {
  localStorage.setItem(key(device), stationId ?? ALL);
}
