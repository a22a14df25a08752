import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { files } from '../command.ts';
import { run } from '../process.ts';
import { describeOnServers } from '../servers/suite.ts';

const sdk = join(import.meta.dirname, '../../sdk/index.ts');

/** A plug-in with one table, of which these are the columns beside its id. */
const cellar = (columns: string) => `import { join } from 'node:path';
import { defineEntity, definePlugin, p } from '${sdk}';
const Wine = defineEntity({ name: 'Wine', properties: { id: p.string().length(36).primary(), ${columns} } });
export default definePlugin({
  name: 'cellar',
  contract: '1.0',
  entities: [Wine],
  migrations: join(import.meta.dirname, 'migrations'),
  setup: () => ({}),
});
`;

describeOnServers('somebody who changes the tables of a plug-in', () => {
  test('has each step written for both kinds of database, and nothing is left on the server', async () => {
    using folder = files();
    const here = folder.path('');
    const migration = async (title: string, environment: NodeJS.ProcessEnv = {}) => {
      await using command = run('plugin-migration', [here, title], environment);
      const code = await command.ended();
      return { code, said: command.output().trim() };
    };
    const sql = (kind: string, file: string) => readFileSync(join(here, 'migrations', kind, file), 'utf8');

    folder.put('package.json', '{ "type": "module" }');
    folder.put('index.ts', cellar('year: p.integer()'));
    expect(await migration('initial')).toMatchObject({ code: 0 });
    expect(await migration('again')).toEqual({
      code: 0,
      said: 'cellar: the migrations make all that the entities need',
    });

    folder.put('index.ts', cellar("year: p.integer(), shelf: p.string().length(10).default('')"));
    const { said } = await migration('add-shelf');
    expect(said).toMatch(/migrations\/sqlite\/0002-add-shelf\.sql\n.*migrations\/mysql\/0002-add-shelf\.sql$/);
    expect(sql('sqlite', '0002-add-shelf.sql')).toBe(
      "alter table `wine` add column `shelf` text not null default '';\n",
    );
    expect(sql('mysql', '0002-add-shelf.sql')).toBe(
      "alter table `wine` add `shelf` varchar(10) not null default '';\n",
    );
    expect((await migration('again')).said).toBe('cellar: the migrations make all that the entities need');

    folder.put('migrations/mysql/0002-add-shelf.sql', 'alter table `beer` add `shelf` int;');
    expect(await migration('broken')).toEqual({ code: 2, said: expect.stringMatching(/^The database .*beer.*/) });
    const nobody = await migration('nobody', { DATABASE_URL: 'mysql://root@127.0.0.1:1' });
    expect(nobody).toEqual({
      code: 2,
      said: expect.stringMatching(/^The database .*127\.0\.0\.1:1 cannot be used: .*$/),
    });

    const server = await createConnection(process.env['DATABASE_URL']!);
    const [left] = await server.query<RowDataPacket[]>("show databases like 'migration\\_%\\_cellar'");
    await server.end();
    expect(left).toEqual([]);
  });
});
