import { percentile } from '../../cli/replay/timings.ts';

/** Figures of one run: rows with a name and the same columns in each run. */
export interface Table {
  title: string;
  columns: readonly string[];
  rows: ReadonlyMap<string, readonly number[]>;
}

/** The 50th and 99th percentile and the most. */
export function spreadOf(values: readonly number[]): [number, number, number] {
  return [percentile(values, 50), percentile(values, 99), values.reduce((most, value) => Math.max(most, value), 0)];
}

/** The medians of the same tables of several runs, cell by cell. */
export function mediansOf(runs: readonly (readonly Table[])[]): Table[] {
  const [first = []] = runs;
  return first.map(({ title, columns, rows }, which) => {
    const median = (name: string, cell: number) =>
      percentile(
        runs.map((tables) => tables[which]?.rows.get(name)?.[cell] ?? Number.NaN),
        50,
      );
    const names = [...rows.keys()];
    return {
      title,
      columns,
      rows: new Map(names.map((name) => [name, columns.map((_, cell) => median(name, cell))])),
    };
  });
}

/** A table as aligned lines. */
export function linesOf({ title, columns, rows }: Table): string[] {
  const width = Math.max(title.length, ...[...rows.keys()].map((name) => name.length)) + 2;
  const line = (name: string, cells: readonly string[]) =>
    name.padEnd(width) + cells.map((cell, index) => cell.padStart((columns[index]?.length ?? 0) + 3)).join('');
  return [line(title, columns), ...[...rows].map(([name, cells]) => line(name, cells.map(shown)))];
}

function shown(value: number): string {
  return Number.isNaN(value) ? '' : value.toFixed(value < 100 ? 1 : 0);
}
