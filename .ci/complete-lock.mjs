// `node .ci/complete-lock.mjs`, after `npm install`: names in package-lock.json the optional packages for other machines
// that npm left out because its registry lacks them. Without their names `npm ci` of npm 11 refuses the whole lock.
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));

/** Where a package finds another, as Node looks for it: in its own node_modules, then in those above. */
function found(from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(at.lastIndexOf('/node_modules/'), 0))) {
    if (lock.packages[`${at ? `${at}/` : ''}node_modules/${name}`]) return true;
    if (!at) return false;
  }
}

/** The entry of a package whose name says what machine it is for, such as @biomejs/cli-linux-x64-musl. */
function entryOf(name, version, dev) {
  const words = name.split(/[-/]/);
  const os = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'].find((one) => words.includes(one));
  const cpus = ['arm64', 'x64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64'];
  const cpu = cpus.find((one) => words.includes(one));
  if (!os || !cpu) throw new Error(`${name} does not say what machine it is for`);
  const libc = os === 'linux' && (/musl/.test(name) ? ['musl'] : /gnu/.test(name) ? ['glibc'] : undefined);
  return { version, cpu: [cpu], ...(dev && { dev }), ...(libc && { libc }), optional: true, os: [os] };
}

for (const [from, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (from && !found(from, name)) lock.packages[`node_modules/${name}`] = entryOf(name, version, dev);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
