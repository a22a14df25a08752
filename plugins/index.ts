import type { Module } from '../kernel/module.ts';

/** The modules that come with the product and that one may remove. */
export const plugins: readonly Module[] = [];
