import { expect, test } from '@jest/globals';
import { readFrame } from '../../plugins/scale/frame.ts';

const weighed = (grams: number, net = false) => ({ outcome: 'weighed', grams, net });
const refused = (problem: string) => ({ outcome: 'refused', problem });

test.each([
  ['ST,GS,+000.876kg', weighed(876)],
  ['ST,NT,+000.876kg', weighed(876, true)],
  ['ST,GS,+ 12.345kg', weighed(12_345)],
  ['ST,GS,+0001234g', weighed(1_234)],
  ['st,gs,+000.8764kg', weighed(876)],
  ['US,GS,+000.876kg', refused('UNSTABLE')],
  ['OL,GS,+000.876kg', refused('OVERLOADED')],
  ['OL,GS,+-------kg', refused('OVERLOADED')],
  ['ST,GS,+000.000kg', refused('EMPTY')],
  ['ST,GS,-000.120kg', refused('EMPTY')],
  ['ST,TR,+000.120kg', null],
  ['00.876kg', refused('STRANGE')],
  ['ST,GS,+000.876lb', refused('STRANGE')],
  ['ST,GS,+0.8.76kg', refused('STRANGE')],
  ['ST,GS,+1e9kg', refused('STRANGE')],
  ['ST,GS,+00.876kg', refused('STRANGE')],
  ['ST,GS,+000876kg', refused('STRANGE')],
  ['ST,GS,+00 0.76kg', refused('STRANGE')],
  ['ST,GS,+000.876', refused('STRANGE')],
  ['ST,GS,+       kg', refused('STRANGE')],
  ['ST,GS,+000.876kg;ST,GS,+999.999kg', refused('STRANGE')],
  ['', refused('STRANGE')],
])('a frame %j of a scale says %j', (line, reading) => expect(readFrame(line)).toEqual(reading));
