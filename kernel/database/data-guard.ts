/** What a statement may take away, and a query that finds a row when something is in it. */
interface Loss {
  what: string;
  probe: string;
}

const part = '(?:[`"][^`"]+[`"]|\\w+)';
/** Of a table, with its database or without. */
const name = `(?:${part} ?\\. ?)?${part}`;

/**
 * Throws one clear line when the first of these statements of a migration would drop, empty or delete what holds data:
 * no start-up may do that. Move the data first, in a migration before it, and delete it by hand.
 * `query` runs SQL on the database that is migrated.
 */
export async function assertKeepsData(
  migration: string,
  [statement = '', next = '']: readonly string[],
  query: (sql: string) => Promise<unknown[]>,
): Promise<void> {
  for (const { what, probe } of lossesOf(statement)) {
    if (!(await holds(probe, query)) || (await isMoved(what, next, query))) continue;
    const line = statement.replace(/\s+/g, ' ').slice(0, 100);
    throw new Error(`the migration ${migration} is refused, because ${what} holds data: ${line}`);
  }
}

async function holds(probe: string, query: (sql: string) => Promise<unknown[]>): Promise<boolean> {
  try {
    return (await query(probe)).length > 0;
  } catch (error) {
    // What is not there (any more) loses nothing; the statement itself may say so.
    if (/no such (table|column)|doesn't exist|unknown column/i.test((error as Error).message)) return false;
    throw error;
  }
}

/** SQLite changes a column by a copy of the table, which takes the table's name after the drop. */
async function isMoved(table: string, next: string, query: (sql: string) => Promise<unknown[]>): Promise<boolean> {
  const [, copy] = next.match(new RegExp(`^alter table (${name}) rename to ${escaped(table)}$`, 'i')) ?? [];
  if (!copy) return false;
  const columns = async (of: string) =>
    ((await query(`select name from pragma_table_info('${bare(of)}')`)) as { name: string }[]).map((row) => row.name);
  const kept = new Set(await columns(copy));
  const missing = `select 1 from (select count(*) as n from ${table}) a, (select count(*) as n from ${copy}) b where a.n > b.n`;
  return (await columns(table)).every((column) => kept.has(column)) && !(await holds(missing, query));
}

/** Everything that a statement may take away. */
function lossesOf(statement: string): Loss[] {
  if (statement.includes('/*!')) return [{ what: 'what its executable comment is about', probe: 'select 1' }];
  const sql = statement
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const start = (pattern: string) => sql.match(new RegExp(`^${pattern}`, 'i'));

  const dropped = start('drop (?:temporary )?tables? (?:if exists )?(.+?)(?: restrict| cascade)?$');
  if (dropped?.[1]) return dropped[1].split(',').map((table) => wholeTable(table.trim()));
  const emptied = start(`(?:truncate(?: table)?|create or replace (?:temporary )?table) (${name})`);
  if (emptied?.[1]) return [wholeTable(emptied[1])];
  const deleted = start(`delete from (${name})( where .*)?$`);
  if (deleted?.[1]) return [{ what: deleted[1], probe: `select 1 from ${deleted[1]}${deleted[2] ?? ''} limit 1` }];
  const altered = start(`alter (?:online )?(?:ignore )?table (?:if exists )?(${name}) (?:wait \\d+ |nowait )?(.+)$`);
  if (altered?.[1] && altered[2]) return lossesOfAlter(altered[1], altered[2]);
  if (/^(delete|drop (database|schema)|replace)\b|^with\b.*\bdelete\b/i.test(sql))
    return [{ what: 'what it deletes', probe: 'select 1' }];
  return [];
}

function lossesOfAlter(table: string, clauses: string): Loss[] {
  const other = 'index|key|primary|foreign|constraint|check|partition|default';
  const column = new RegExp(`^drop (?!(?:${other})\\b)(?:column )?(?:if exists )?(${name})`, 'i');
  return clausesOf(clauses).flatMap((clause) => {
    if (/^(drop|truncate) partition|^discard tablespace/i.test(clause)) return wholeTable(table);
    const [, dropped] = clause.match(column) ?? [];
    if (!dropped) return [];
    const probe = `select 1 from ${table} where ${dropped} is not null limit 1`;
    return { what: `${table}.${dropped}`, probe };
  });
}

/** Splits at the commas outside of brackets. */
function clausesOf(clauses: string): string[] {
  let depth = 0;
  const split = [...clauses].map((letter) => {
    depth += letter === '(' ? 1 : letter === ')' ? -1 : 0;
    return letter === ',' && depth === 0 ? '\n' : letter;
  });
  return split
    .join('')
    .split('\n')
    .map((clause) => clause.trim());
}

function wholeTable(table: string): Loss {
  return { what: table, probe: `select 1 from ${table} limit 1` };
}

function bare(quoted: string): string {
  return quoted.replace(/[`"]/g, '');
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
