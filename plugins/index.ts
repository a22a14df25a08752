import type { Module } from '../kernel/module.ts';
import { demoSignIn } from './demo-sign-in/index.ts';

/** The modules that come with the product and that one may remove. */
export const plugins: readonly Module[] = [demoSignIn];
