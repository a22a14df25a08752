import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments, parse as parseYaml } from 'yaml';
import { addressesOf } from '../../cli/addresses.ts';
import { modules } from '../../cli/modules.ts';
import { processSettings } from '../../cli/settings.ts';
import { shapeOf } from '../../cli/shape.ts';
import { tracingSettings } from '../../cli/tracing.ts';
import { backupFolder } from '../../deploy/backup-sqlite.ts';
import { guardSettings } from '../../gateway/guards/guards.ts';
import { environmentName } from '../../kernel/settings.ts';

const root = resolve(import.meta.dirname, '../..');
const text = (path: string) => readFileSync(join(root, path), 'utf8');

// The parser that knip brings: the product itself reads no YAML.
const parse = (source: string): never => parseYaml(source, { merge: true }) as never;

/** A process as a deployment describes it. */
interface Process {
  name: string;
  /** The host by which other processes reach it. */
  host: string;
  hosts: string[];
  environment: Record<string, string>;
}

const names = modules.map(({ name }) => name).sort();

/** Every variable that the product reads; those of addresses besides. */
const known = new Set([
  ...Object.keys({ ...processSettings.shape, ...guardSettings.shape }).map((key) => environmentName('', key)),
  ...Object.keys(tracingSettings.shape).map((key) => environmentName('otel', key)),
  ...modules.flatMap(({ name, settings }) =>
    Object.keys(settings?.shape ?? {}).map((key) => environmentName(name, key)),
  ),
  'MODULE_URL',
  ...names.map((name) => environmentName('MODULE_URL', name)),
]);

/** What a set of processes must hold, however it is brought up. */
function describeSet(title: string, processes: () => readonly Process[]): void {
  describe(title, () => {
    test('each module is hosted by one process, and so is the gateway', () => {
      const hosted = processes().flatMap(({ hosts }) => hosts);
      expect(hosted.sort()).toEqual(['gateway', ...names].sort());
    });

    test('each process finds every module that another one hosts', () => {
      const hostOf = new Map(processes().flatMap(({ host, hosts }) => hosts.map((name) => [name, host])));
      for (const { hosts, environment } of processes()) {
        const { elsewhere } = shapeOf(modules, hosts);
        const found = addressesOf(
          elsewhere.map(({ name }) => name),
          environment,
        );
        expect(found).toEqual(new Map(elsewhere.map(({ name }) => [name, [`http://${hostOf.get(name)}:4000`]])));
      }
    });

    test('every variable is one that the product reads', () => {
      const given = processes().flatMap(({ environment }) => Object.keys(environment));
      expect(given.filter((name) => !known.has(name))).toEqual([]);
    });
  });
}

interface Service {
  command: string[];
  environment: Record<string, string>;
  image: string;
  user?: string;
  read_only?: boolean;
  cap_drop?: string[];
  ports?: string[];
}

const services = (): [string, Service][] =>
  Object.entries((parse(text('compose.yaml')) as { services: Record<string, Service> }).services);
const isOurs = ({ image }: Service) => image.startsWith('dinegraph:');

describeSet('compose', () =>
  services()
    .filter(([, service]) => isOurs(service))
    .map(([name, { command, environment }]) => ({ name, host: name, hosts: command, environment })),
);

test('compose: nobody is root, nothing of the product is written to, and only the gateway is to be reached, from this machine', () => {
  for (const [name, service] of services()) {
    expect([name, service.cap_drop]).toEqual([name, ['ALL']]);
    if (isOurs(service)) expect([name, service.read_only, service.user]).toEqual([name, true, undefined]);
    else expect(service.user).toMatch(/^[1-9]\d*:/);
  }
  const published = services().filter(([, { ports }]) => ports);
  expect(published.map(([name, { ports }]) => [name, ports])).toEqual([
    ['gateway', [expect.stringMatching(/^127\.0\.0\.1:/)]],
  ]);
});

const base = 'deploy/kubernetes/base';

interface Kustomization {
  resources: string[];
  nameSuffix?: string;
  labels?: { pairs: Record<string, string> }[];
  patches?: { patch: string }[];
  configMapGenerator?: { literals: string[] }[];
}

const kustomization = (folder: string): Kustomization => parse(text(`${folder}/kustomization.yaml`));

/** The folders of the base that describe a process, as the base lists them. */
const processFolders = () => kustomization(base).resources.filter((resource) => !resource.endsWith('.yaml'));

/** The processes of a list of literals, and of those that an overlay adds. */
function kubernetesProcesses(): Process[] {
  const literals = [base, 'deploy/kubernetes/overlays/production'].flatMap(
    (folder) => kustomization(folder).configMapGenerator?.flatMap((generator) => generator.literals) ?? [],
  );
  const environment = Object.fromEntries(literals.map((literal) => literal.split(/=(.*)/s).slice(0, 2)));
  return processFolders().map((name) => {
    const { nameSuffix = '', patches = [] } = kustomization(`${base}/${name}`);
    const operations = patches.flatMap(({ patch }) => parse(patch) as { path: string; value: string[] }[]);
    const hosts = operations.find(({ path }) => path.endsWith('/containers/0/args'))?.value ?? [];
    return { name, host: `dinegraph${nameSuffix}`, hosts, environment };
  });
}

describeSet('kubernetes', kubernetesProcesses);

test('kubernetes: each process is called what its folder is, by its suffix and its label', () => {
  const found = globSync('*/kustomization.yaml', { cwd: join(root, base) }).map((file) => dirname(file));
  expect(found.sort()).toEqual(processFolders().sort());
  for (const name of found) {
    const { nameSuffix, labels } = kustomization(`${base}/${name}`);
    expect([nameSuffix, labels?.[0]?.pairs['app.kubernetes.io/name']]).toEqual([`-${name}`, name]);
  }
});

test('kubernetes: every process runs without root, on a file system it cannot write to, with room to drain', () => {
  const deployment = parse(text('deploy/kubernetes/process/deployment.yaml')) as {
    // biome-ignore lint/suspicious/noExplicitAny: the shape is Kubernetes' own
    spec: { template: { spec: any } };
  };
  const pod = deployment.spec.template.spec;
  expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
  expect(pod.containers[0].securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  const drain = Number(kubernetesProcesses()[0]?.environment['DRAIN_MS']) / 1_000;
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(drain + 20);
});

test('no secret is written down', () => {
  const manifests = globSync('deploy/kubernetes/**/*.yaml', { cwd: root });
  const documents = manifests.flatMap((file) => parseAllDocuments(text(file)));
  expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
  const written = documents.map((document) => document.toJS() as { kind: string; secretGenerator?: unknown });
  expect(written.filter(({ kind, secretGenerator }) => kind === 'Secret' || secretGenerator)).toEqual([]);

  const secret = /(PASSWORD|PASS|CALL_KEYS|ADMIN_PIN)$/;
  const given = services().flatMap(([, { environment = {} }]) => Object.entries(environment));
  for (const [name, value] of given) {
    if (secret.test(name) && name !== 'MARIADB_RANDOM_ROOT_PASSWORD') expect(value).toMatch(/^\$\{/);
    expect(value).not.toMatch(/:\/\/[^/]*:(?!\$\{)[^/]*@/);
  }
  const example = text('deploy/compose.env.example').split('\n');
  expect(example.filter((line) => /^\w+=./.test(line) && secret.test(line.split('=')[0] ?? ''))).toEqual([]);
  expect(text('deploy/.gitignore').split('\n')).toContain('compose.env');
});

describe('the image', () => {
  const dockerfile = text('Dockerfile');
  const ignored = text('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const excluded = ignored.filter((line) => line !== '*' && !line.startsWith('!'));
  const below = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) =>
    sources.split(' '),
  );
  const isInImage = (path: string) =>
    copied.some((source) => below(path, source)) && !excluded.some((source) => below(path, source));
  const files = globSync('{cli,kernel,gateway,subgraphs,plugins,schema,deploy}/**/*.ts', { cwd: root }).filter(
    isInImage,
  );

  test('all that is copied is sent to the build, and it is there', () => {
    const sent = ignored.flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
    expect(copied.filter((source) => !sent.includes(source))).toEqual([]);
    expect(globSync([...copied, ...excluded], { cwd: root })).toHaveLength(new Set([...copied, ...excluded]).size);
  });

  test('the files in it import nothing that is not', () => {
    expect(files).toContain('cli/start.ts');
    const installed = Object.keys(JSON.parse(text('package.json')).dependencies);
    const strays = files.flatMap((file) =>
      specifiersOf(text(file)).flatMap((specifier) => {
        if (isBuiltin(specifier)) return [];
        const there = specifier.startsWith('.')
          ? isInImage(relative(root, resolve(root, dirname(file), specifier)))
          : installed.some((name) => below(specifier, name));
        return there ? [] : [`${file} imports ${specifier}`];
      }),
    );
    expect(strays).toEqual([]);
  });

  test('it runs as a user by number, and Node hears the signal', () => {
    expect(dockerfile).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
    expect(dockerfile).toMatch(/^STOPSIGNAL SIGTERM$/m);
    expect(dockerfile).toMatch(/^ENTRYPOINT \["\/app\/bin\/node", "\/app\/cli\/start\.ts"\]$/m);
    expect(text('bin/node')).toMatch(/^exec "\$own" "\$@"$/m);
  });
});

/** What a file imports, types left out: they are gone when it runs. */
function specifiersOf(source: string): string[] {
  const imports = source.matchAll(
    /(?:^|\n)(?:import|export) (?!type )(?:[^'`;]*? from )?'([^']+)'|\bimport\('([^']+)'\)/g,
  );
  return [...imports].map(([, first, second]) => first ?? second ?? '');
}

/** Writes each number to one file and then to the other, for as long as it lives. */
const WRITER = `
  const { DatabaseSync } = require('node:sqlite');
  const [first, second] = process.argv.slice(1).map((file) => new DatabaseSync(file, { timeout: 5000 }));
  for (const database of [first, second]) database.exec('pragma synchronous = off');
  for (let number = 1; ; number++) {
    for (const database of [first, second]) database.prepare('insert into step values (?)').run(number);
    if (number === 20) process.stdout.write('under way');
  }`;

test('a backup of a running product is of one moment: what one module has told another is in both', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dinegraph-backup-'));
  // Those between them make the moment long enough to go wrong.
  const files = Array.from({ length: 40 }, (_, index) => `module-${10 + index}.sqlite`);
  for (const file of files) {
    using database = new DatabaseSync(join(folder, file));
    database.exec('pragma journal_mode = wal; create table step (number integer primary key)');
  }
  const paths = [files[0]!, files[39]!].map((file) => join(folder, file));
  const writer = spawn(process.execPath, ['-e', WRITER, ...paths], { stdio: ['ignore', 'pipe', 'inherit'] });
  const end = once(writer, 'exit');
  try {
    await once(writer.stdout, 'data');
    for (const attempt of ['one', 'two']) {
      const target = join(folder, attempt);
      await backupFolder(folder, target);
      expect(readdirSync(target).sort()).toEqual(files);
      const [first = 0, second = 0] = [files[0]!, files[39]!].map((file) => lastStep(join(target, file)));
      expect(first).toBeGreaterThanOrEqual(20);
      expect([second, second + 1]).toContain(first);
    }
    await expect(backupFolder(folder, join(folder, 'one'))).rejects.toThrow('is there already');
  } finally {
    writer.kill('SIGKILL');
    await end;
    rmSync(folder, { recursive: true });
  }
});

function lastStep(path: string): number {
  using database = new DatabaseSync(path, { readOnly: true });
  return Number(database.prepare('select max(number) as last from step').get()?.['last']);
}
