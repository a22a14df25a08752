import { guardNamed } from '../../gateway/guards/guards.ts';
import { readArguments, text } from '../import/arguments.ts';
import { CommandFailure } from '../import/refusal.ts';

export interface GatewayCommand {
  /** The supergraph's file. */
  file: string;
  host: string;
  port: number;
  /** Where subgraphs are reached, where not at the address of the supergraph. */
  addresses: ReadonlyMap<string, string>;
  /** Where subgraphs' subscriptions are, where not at their own address by graphql-ws. */
  subscriptions: ReadonlyMap<string, string>;
  /** The client's headers that subgraphs are to have, in small letters. */
  forward: readonly string[];
  /** Limits that are set here, by their names in the environment, such as MAX_DEPTH. */
  guards: Readonly<Record<string, string>>;
  /** By which keys clients' tokens are signed; without it nobody is signed in. */
  tokens: TokenOptions | undefined;
}

/** Whose tokens are taken. */
export interface TokenOptions {
  /** Where the keys are: an address or a file. */
  keys: string;
  issuer: string | undefined;
  audience: string | undefined;
}

/** What `npm run gateway -- --help` prints. */
export const GATEWAY_USAGE = `Serves a supergraph that was composed elsewhere, over subgraphs that answer by HTTP.

  npm run gateway -- --supergraph FILE [options]

  --supergraph FILE      the composed graph; read again whenever it changes
  --port N               where it listens (4000)
  --host NAME            on which of this machine's addresses (127.0.0.1)
  --subgraph NAME=URL    where a subgraph is, other than the file says; as often as there are such
  --subscriptions NAME=URL  where a subgraph's subscriptions are: ws://... for graphql-ws (its own address), or
                         http://... for server-sent events
  --forward HEADER       a header of the client's that subgraphs are to have, such as authorization; also several times
  --timeout SECONDS      how long a subgraph's answer may take (30)
  --guard NAME=VALUE     a limit, such as max-depth=20; as often as there are such. docs/operate.md lists them
  --jwks URL|FILE        the public keys of whoever signs clients' tokens (Authorization: Bearer ...). A token's claim
                         scope or scopes fulfils @requiresScopes; without this option nobody is signed in
  --issuer NAME          who must have minted a token, and --audience NAME for whom; goes with --jwks

Exit code: 0 ended by Ctrl-C or SIGTERM; 1 it could not start; 2 the command is wrong.`;

const many = { type: 'string', multiple: true } as const;

/** Reads the command line; undefined when help is asked for. Throws a CommandFailure of one sentence for a wrong one. */
export function gatewayOptions(args: readonly string[]): GatewayCommand | undefined {
  const { values, positionals } = readArguments(args, {
    supergraph: text,
    port: text,
    host: text,
    subgraph: many,
    subscriptions: many,
    forward: many,
    timeout: text,
    guard: many,
    jwks: text,
    issuer: text,
    audience: text,
    help: { type: 'boolean' },
  });
  if (values.help) return undefined;
  const {
    supergraph: file,
    host = '127.0.0.1',
    port = '4000',
    timeout,
    guard = [],
    subgraph = [],
    subscriptions = [],
    forward = [],
  } = values;
  if (positionals.length > 0)
    throw new CommandFailure(`${positionals[0]} is no option; --supergraph FILE names the graph`);
  if (!file) throw new CommandFailure('--supergraph FILE is missing: the composed graph');
  return {
    file,
    host,
    port: numberIn('--port', port, 0, 65_535),
    addresses: new Map(subgraph.map((pair) => addressIn('--subgraph', pair, /^https?:$/))),
    subscriptions: new Map(subscriptions.map((pair) => addressIn('--subscriptions', pair, /^(http|ws)s?:$/))),
    forward: forward.map((name) => name.toLowerCase()),
    guards: {
      ...Object.fromEntries(guard.map(guardIn)),
      ...(timeout !== undefined && { FETCH_TIMEOUT_MS: String(numberIn('--timeout', timeout, 0.1, 3_600) * 1_000) }),
    },
    tokens: tokensIn(values),
  };
}

type Given = Partial<Record<'jwks' | 'issuer' | 'audience', string>>;

function tokensIn({ jwks, issuer, audience }: Given): TokenOptions | undefined {
  if (jwks) return { keys: jwks, issuer, audience };
  if (jwks === undefined && issuer === undefined && audience === undefined) return undefined;
  throw new CommandFailure(
    '--jwks URL|FILE names the keys by which tokens are checked; --issuer and --audience go with it',
  );
}

function numberIn(name: string, value: string, least: number, most: number): number {
  const number = Number(value);
  if (value.trim() === '' || !(number >= least && number <= most))
    throw new CommandFailure(`${name} is a number of ${least} to ${most}, not ${value}`);
  return number;
}

function guardIn(pair: string): [string, string] {
  const [, name = '', value] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
  const limit = guardNamed(name);
  if (!limit || value === undefined)
    throw new CommandFailure(`--guard is NAME=VALUE for a limit, such as max-depth=20, not ${pair}`);
  return [limit, value];
}

function addressIn(option: string, pair: string, protocol: RegExp): [string, string] {
  const [, name, url] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
  if (!name || !url || !protocol.test(URL.canParse(url) ? new URL(url).protocol : ''))
    throw new CommandFailure(`${option} is NAME=URL, such as reviews=http://localhost:4001/graphql, not ${pair}`);
  return [name, url];
}
