import { stripTypeScriptTypes } from 'node:module';

/** Jest's transform: takes the types off a TypeScript file, line for line, as Node itself does. */
export default {
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
};
