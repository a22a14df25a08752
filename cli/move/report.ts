import type { Moved, MoveOptions } from './run.ts';

/** What a move says at its end: its tables that hold something, what differs, and what to do now. */
export function describeMove(
  moved: readonly Moved[],
  { folder, target }: Pick<MoveOptions, 'folder' | 'target'>,
): string[] {
  const rows = moved.reduce((sum, table) => sum + table.rows, 0);
  const different = moved.filter(({ difference }) => difference !== undefined);
  const filled = moved.filter(({ rows, difference }) => rows > 0 || difference !== undefined);
  return [
    ...lines(filled),
    `(${moved.length - filled.length} other tables are empty on both sides)`,
    '',
    ...(different.length > 0 ? failure(different) : success(rows, folder, target)),
  ];
}

function lines(moved: readonly Moved[]): string[] {
  const cells = [
    ['module', 'table', 'rows'],
    ...moved.map(({ module, table, rows }) => [module, table, String(rows)]),
  ] as [string, string, string][];
  const [first, second, third] = [0, 1, 2].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map(
    ([module, table, rows]) =>
      `${module.padEnd(first ?? 0)}  ${table.padEnd(second ?? 0)}  ${rows.padStart(third ?? 0)}`,
  );
}

function success(rows: number, folder: string, { url, namespace }: MoveOptions['target']): string[] {
  return [
    `${rows} rows were moved; number and checksum of every table are the same on both sides.`,
    `Start the product with the DATABASE_URL of this move: ${new URL(url).host}, databases ${namespace}_*.`,
    `The data in ${folder} is left as it was. Move it away once you are sure: without DATABASE_URL the product would go on there.`,
  ];
}

function failure(different: readonly Moved[]): string[] {
  return [
    ...different.map(({ module, table, difference }) => `${module}, ${table}: ${difference}`),
    'The two sides differ: the target is not to be used, and the product refuses it. Run the move again.',
  ];
}
