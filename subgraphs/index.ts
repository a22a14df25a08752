import type { Module } from '../kernel/module.ts';
import { devices } from './devices/index.ts';
import { inventory } from './inventory/index.ts';
import { marketing } from './marketing/index.ts';
import { members } from './members/index.ts';
import { menu } from './menu/index.ts';
import { orders } from './orders/index.ts';

/** The six modules the product needs. */
export const subgraphs: readonly Module[] = [menu, orders, members, marketing, inventory, devices];
