import { registerHooks } from 'node:module';

/**
 * In the project itself no package `dinegraph` is installed. A plug-in that is run from there imports the source under
 * that name: the same files that the product runs on. Installed, the package is found as any other.
 */
const SOURCES: Readonly<Record<string, string>> = {
  dinegraph: '../sdk/index.ts',
  'dinegraph/ports': '../sdk/ports.ts',
  'dinegraph/testing': '../sdk/testing.ts',
};

/** To be passed on to a Node that runs a plug-in's files itself: `node --import`. */
export const OWN_NAME = import.meta.url;

if (import.meta.url.endsWith('.ts')) {
  registerHooks({
    resolve(specifier, context, next) {
      const source = Object.hasOwn(SOURCES, specifier) ? SOURCES[specifier] : undefined;
      return source ? { url: new URL(source, import.meta.url).href, shortCircuit: true } : next(specifier, context);
    },
  });
}
