import { packageVersion } from './package-version.ts';

/** What `npx dinegraph` does. Each command reads the rest of the line by itself, as it does behind `npm run`. */
const COMMANDS: Readonly<Record<string, { says: string; run(): Promise<unknown> }>> = {
  start: { says: 'starts the product: [MODULE ...] [--plugin PATH ...]', run: () => import('./start.ts') },
  'new-plugin': { says: 'writes a plug-in to begin with: NAME', run: () => import('./new-plugin.ts') },
  test: { says: "runs a plug-in's tests: [FOLDER]", run: () => import('./test-plugin.ts') },
  build: { says: 'makes of a plug-in what others install: [FOLDER]', run: () => import('./build-plugin.ts') },
  declare: {
    says: 'prints what a plug-in declares, for processes that do not run it: [FOLDER]',
    run: () => import('./declare.ts'),
  },
  types: {
    says: "writes the types of a plug-in's resolvers: [FOLDER]",
    run: () => import('./plugin-types.ts'),
  },
  migration: {
    says: 'writes the SQL for what has changed in a plug-in: [FOLDER] TITLE',
    run: () => import('./plugin-migration.ts'),
  },
  reset: { says: 'throws the data away and makes the demonstration anew', run: () => import('./reset.ts') },
  import: {
    says: 'takes in a menu or orders from another till',
    run: async () => (await import('./import.ts')).importHere(),
  },
  gateway: { says: 'serves a graph that was composed elsewhere', run: () => import('./gateway.ts') },
  'dead-letters': {
    says: 'lists events that were given up: [--plugin PATH ...]',
    run: () => import('./dead-letters.ts'),
  },
  move: { says: 'moves the data from SQLite to MySQL', run: () => import('./move.ts') },
};

const USAGE = [
  'dinegraph COMMAND [...]',
  '',
  ...Object.entries(COMMANDS).map(([name, { says }]) => `  ${name.padEnd(14)}${says}`),
  '',
  '  How to write a plug-in: docs/plugins.md of this package. Every export and event: docs/plugins-reference.md.',
  '  COMMAND --help says more, and changes nothing; --version is that of the package.',
].join('\n');

const [, , name = ''] = process.argv;
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
if (command) {
  // The command finds its own arguments where it always does.
  process.argv.splice(2, 1);
  await command.run();
} else if (name === '--version' || name === '-v') {
  console.log(packageVersion());
} else {
  const isAsked = ['', 'help', '--help', '-h'].includes(name);
  console[isAsked ? 'log' : 'error'](isAsked ? USAGE : `There is no command "${name}".\n\n${USAGE}`);
  process.exitCode = isAsked ? 0 : 2;
}
