import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { LunchPlan } from '../../loadtest/plan.ts';
import { openSheet } from '../import/file.ts';
import { ORDERS, planOrders } from '../import/orders.ts';
import { CommandFailure } from '../import/refusal.ts';

/** How many orders came in each minute of a busy hour. */
export interface Arrivals {
  /** What was counted, and in what. */
  source: string;
  /** 60 numbers, from the first minute of the hour. */
  perMinute: number[];
}

const TABLE = new URL('../../loadtest/arrivals.json', import.meta.url);
const HOURS = 20;
const MINUTES = 60;

/** The arrivals that are committed. */
export function readArrivals(): Arrivals {
  return JSON.parse(readFileSync(TABLE, 'utf8'));
}

/** Commits to the table what a till's file says. Throws a CommandFailure when the file cannot be read. */
export function writeArrivals(file: string): Arrivals {
  const search = { needs: ORDERS.needs, fields: [...ORDERS.fields], mapping: new Map() };
  const sheet = openSheet(file, { ...search, delimiter: undefined, encoding: undefined });
  const format = { currency: 'CNY', dayOrder: undefined, dailyNumbers: false, fillDown: false, timeZone: 'UTC' };
  const { orders } = planOrders(sheet, format);
  if (orders.length === 0) throw new CommandFailure(`${file} has no order that can be taken`);
  const perMinute = countArrivals(orders.map(({ placedAt }) => placedAt));
  const arrivals = {
    source: `Orders in each minute of the ${HOURS} busiest hours of ${basename(file)}, added up`,
    perMinute,
  };
  writeFileSync(TABLE, `${JSON.stringify(arrivals)}\n`);
  return arrivals;
}

/** Adds up the busiest clock hours (the earlier first, where two are alike), minute by minute. Moments are ISO 8601. */
export function countArrivals(moments: readonly string[]): number[] {
  const hours = [...Map.groupBy([...moments].sort(), (moment) => moment.slice(0, 13)).values()];
  const busiest = hours.sort((a, b) => b.length - a.length).slice(0, HOURS);
  const perMinute = Array.from({ length: MINUTES }, () => 0);
  for (const moment of busiest.flat()) {
    const minute = Number(moment.slice(14, 16));
    perMinute[minute] = (perMinute[minute] ?? 0) + 1;
  }
  return perMinute;
}

/**
 * The stages for k6: the hour squeezed into so many minutes, and so high that its busiest minute has `rate` journeys a
 * second. k6 goes from one number to the next in a straight line.
 */
export function stagesOf({ perMinute }: Arrivals, minutes: number, rate: number): LunchPlan['arrivals'] {
  const peak = Math.max(...perMinute);
  const targets = perMinute.map((orders) => Math.round((orders / peak) * rate * 60));
  return {
    start: targets[0] ?? 0,
    stages: targets.map((target) => ({ target, duration: `${(minutes * 60) / MINUTES}s` })),
  };
}

/** How many journeys these stages begin. */
export function journeysOf({ start, stages }: LunchPlan['arrivals'], minutes: number): number {
  let before = start;
  let journeys = 0;
  for (const { target } of stages) {
    journeys += ((before + target) / 2) * (minutes / MINUTES);
    before = target;
  }
  return Math.round(journeys);
}
