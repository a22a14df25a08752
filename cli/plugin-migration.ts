import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import './own-name.ts';
import { commandLine, refuse } from './command-line.ts';
import { loadPlugin, SOURCE } from './load-plugin.ts';
import { TITLE, writeMigration } from './migration/next.ts';

const HELP = `usage: dinegraph migration [FOLDER] TITLE

Writes the next migration of a plug-in, for SQLite and for MySQL: what its entities have that its migrations
do not make yet. TITLE says what changes, in small letters, digits and hyphens: add-opened-at.

The first one needs nothing. Later ones need a server of MySQL or MariaDB, on which a database is made and
dropped again: DATABASE_URL=mysql://root@127.0.0.1:3306 dinegraph migration ./hello add-opened-at

Read what it wrote, and change it where you know better: where one column goes and another comes,
it takes that for a new name, and what the old one held is kept: make it two migrations where it is not.
Once a migration is released it stays as it is; what changes later gets another.`;

/** `dinegraph migration [FOLDER] TITLE`: the same for a plug-in as `npm run migration` for the product's own modules. */
const { positionals } = commandLine({ help: HELP, words: 2 });
const [title = '', named = '.'] = positionals.toReversed();
if (!TITLE.test(title))
  refuse(
    `usage: dinegraph migration [FOLDER] TITLE, the title in small letters, digits and hyphens: dinegraph migration ./hello add-opened-at`,
  );
const folder = resolve(named);
if (!existsSync(join(folder, SOURCE)))
  refuse(`there is no ${SOURCE} in ${folder}: give the plug-in's folder before the title`);
try {
  const { name, entities = [], migrations } = await loadPlugin(folder);
  if (entities.length === 0 && !migrations)
    refuse(`${name} has no entities, so there is nothing to make: its index.ts names them, entities: [Boxes]`);
  if (!migrations)
    refuse(`${name} does not say where its migrations are: migrations: join(import.meta.dirname, 'migrations')`);
  const files = await writeMigration({ name, entities, migrations }, title, process.env['DATABASE_URL']);
  for (const file of files) console.log(relative(process.cwd(), file));
  if (files.length === 0) console.log(`${name}: the migrations make all that the entities need`);
} catch (error) {
  // What is wrong is the plug-in's or the server's: where in the product it came out says nothing to either.
  refuse((error as Error).message);
}
