import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

function integer(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw new GraphQLError('Money is a whole number of minor units', { extensions: { code: 'BAD_INPUT' } });
  return value;
}

/** `Money`: a safe integer of minor units, larger than GraphQL's Int. */
const Money = new GraphQLScalarType<number, number>({
  name: 'Money',
  serialize: integer,
  parseValue: integer,
  parseLiteral: (node) => integer(node.kind === Kind.INT ? Number(node.value) : null),
});

function moment(value: unknown): number {
  const at =
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(value) && isDay(value.slice(0, 10))
      ? Date.parse(value)
      : Number.NaN;
  if (Number.isNaN(at))
    throw new GraphQLError('DateTime is ISO 8601 with a zone', { extensions: { code: 'BAD_INPUT' } });
  return at;
}

/** `DateTime`: epoch milliseconds within the product, ISO 8601 outside. */
const DateTime = new GraphQLScalarType<number, string>({
  name: 'DateTime',
  serialize: (value) => new Date(value as number).toISOString(),
  parseValue: moment,
  parseLiteral: (node) => moment(node.kind === Kind.STRING ? node.value : null),
});

/** Whether a text is a day that exists: 2015-02-30 does not, although Date.parse would take it for March. */
function isDay(value: string): boolean {
  const at = /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(value);
}

function day(value: unknown): string {
  if (typeof value !== 'string' || !isDay(value))
    throw new GraphQLError('Date is YYYY-MM-DD', { extensions: { code: 'BAD_INPUT' } });
  return value;
}

/** `Date`: a calendar day as YYYY-MM-DD. */
const CalendarDate = new GraphQLScalarType<string, string>({
  name: 'Date',
  serialize: day,
  parseValue: day,
  parseLiteral: (node) => day(node.kind === Kind.STRING ? node.value : null),
});

/** The resolvers of shared.graphql's scalars. */
export const scalars = { Money, DateTime, Date: CalendarDate };
