import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { mutants } from '../faults/mutants/mutants.ts';

const root = join(import.meta.dirname, '../..');

test.each(mutants.map(({ name, bug, edits }) => ({ name, bug, edits })))(
  'the known bug $name can be put back into the code as it stands: $bug',
  ({ edits }) => {
    const places = edits.map(({ file, find }) => {
      const text = readFileSync(join(root, file), 'utf8');
      return [file, find.source, [...text.matchAll(new RegExp(find, 'g'))].length];
    });
    expect(places).toEqual(edits.map(({ file, find }) => [file, find.source, 1]));
  },
);
