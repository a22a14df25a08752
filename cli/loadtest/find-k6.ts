import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CommandFailure } from '../import/refusal.ts';

/** The release that the load test is known to run on. */
const K6 = 'go.k6.io/k6@v1.8.1';

/** The path of k6: as it was given, on the PATH, or where Go installs programs. Throws a CommandFailure without one. */
export function findK6(given: string | undefined, environment: NodeJS.ProcessEnv): string {
  if (given !== undefined) {
    if (!isProgram(given)) throw new CommandFailure(`--k6: there is no program ${given}`);
    return given;
  }
  const { PATH = '', GOBIN, GOPATH, HOME } = environment;
  const folders = [...PATH.split(delimiter), GOBIN, GOPATH && join(GOPATH, 'bin'), HOME && join(HOME, 'go/bin')];
  const found = folders.flatMap((folder) => (folder ? [join(folder, 'k6')] : [])).find(isProgram);
  if (!found)
    throw new CommandFailure(`k6 is not on the PATH; install it by "go install ${K6}", or say where it is: --k6 PATH`);
  return found;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
