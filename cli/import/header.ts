import { type Columns, findColumns, listHeaders } from './columns.ts';
import { CommandFailure } from './refusal.ts';
import { findSizes, type SizeColumn } from './sizes.ts';
import type { Field } from './synonyms.ts';
import { readRows } from './table.ts';

/** What a file's table looks like: how it is delimited, where its header is, and which column is what. */
export interface Header {
  delimiter: string;
  /** The line of the header, from 1; what stands above it is a title. */
  line: number;
  headers: readonly string[];
  columns: Columns;
  /** The columns of a menu that hold the price of one size each. */
  sizes: readonly SizeColumn[];
}

/** A need that one of these fields meets. */
type Need = readonly Field[];

export interface HeaderSearch {
  fields: readonly Field[];
  needs: readonly Need[];
  mapping: ReadonlyMap<Field, string>;
  delimiter: string | undefined;
  /** Of a menu: the columns that hold a size's price each, by their headers, or `found` by what these say. */
  sizes?: readonly string[] | 'found';
}

const DELIMITERS = [',', '\t', ';', '|', '，'];
/** Tills print their name, the period and such above the table; not more than this. */
const TITLE_LINES = 20;
/** Enough text for the title and the header. */
const HEAD = 32_000;

/**
 * Finds the header: the first row that names all that is needed, under the delimiter that makes it so. Throws a
 * CommandFailure that names the columns found, what is missing and how to map it.
 */
export function findHeader(text: string, search: HeaderSearch): Header {
  const head = text.slice(0, HEAD).split('\n').slice(0, TITLE_LINES).join('\n');
  const delimiters = search.delimiter ? [search.delimiter] : DELIMITERS;
  const candidates = delimiters.flatMap((delimiter) =>
    readRows(head, delimiter).map(({ line, cells }) => ({ delimiter, line, headers: cells })),
  );
  let nearest: Candidate | undefined;
  for (const read of candidates) {
    const sizes = search.sizes ? findSizes(read.headers, search.sizes) : [];
    const rest = read.headers.map((header, at) => (sizes.some(({ index }) => index === at) ? '' : header));
    const { columns, problem } = findColumns(rest, search.fields, search.mapping);
    // A menu with a column for each size and one more: that one is the dish.
    const others = rest.flatMap((header, at) => (header.trim() ? [at] : []));
    if (sizes.length > 0 && others.length === 1 && search.mapping.size === 0) columns.name ??= others[0] as number;
    const isMet = (field: Field) => columns[field] !== undefined || (field === 'price' && sizes.length > 0);
    const missing = search.needs.filter((need) => !need.some(isMet));
    if (missing.length === 0 && !problem) return { ...read, columns, sizes };
    const candidate = { ...read, missing, problem };
    if (!nearest || isNearer(candidate, nearest)) nearest = candidate;
  }
  if (!nearest) throw new CommandFailure('the file is empty');
  throw new CommandFailure(nearest.problem ?? missingColumns(nearest));
}

interface Candidate {
  delimiter: string;
  line: number;
  headers: readonly string[];
  missing: readonly Need[];
  problem: string | undefined;
}

function isNearer(one: Candidate, other: Candidate): boolean {
  if (one.missing.length !== other.missing.length) return one.missing.length < other.missing.length;
  return one.line === other.line && one.headers.length > other.headers.length;
}

function missingColumns({ missing, headers }: Candidate): string {
  const fields = missing.map((need) => need[0] as Field);
  const example = fields.map((field) => `${field}=Column`).join(',');
  const wanted = missing.map((need) => need.join(' or ')).join(' and for ');
  return `no column for ${wanted} was found among ${listHeaders(headers)}; name it by --map ${example}`;
}
