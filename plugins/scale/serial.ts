import { connect } from 'node:net';
import type { ScaleDriver, Weighed } from '../../subgraphs/devices/ports.ts';
import { type Reading, readFrame, refused } from './frame.ts';

/** The longest line that a scale sends, in characters: what is longer is no frame. */
const LONGEST = 64;

const PLACE = /^(\[[\da-fA-F:.]+\]|[a-zA-Z\d](?:[a-zA-Z\d.-]{0,252}[a-zA-Z\d])?):(\d{1,5})$/;

/** For how long a scale has to say the same before that is believed, in milliseconds. */
const AT_REST = 200;

/** Where the box that a scale's serial line ends in is reached. */
export interface Place {
  host: string;
  port: number;
}

/**
 * Scales that send frame after frame on a serial line (9600 8N1), which a box passes on over TCP. `simulated` is where the
 * address "simulator" leads, where there is one. A box often takes one connection only: two that weigh at once share it.
 */
export function serialScales(simulated: Place | undefined): ScaleDriver {
  const weighing = new Map<string, Promise<Reading>>();
  const placeOf = (address: string) => (address === 'simulator' ? simulated : readPlace(address));
  return {
    refusal: async (address) => (placeOf(address) ? null : 'is like 192.168.1.40:4001'),
    weigh(address, patience) {
      const place = placeOf(address);
      if (!place) throw new Error(`no scale lies at ${address}`);
      const reading = weighing.get(address) ?? listen(place, patience).finally(() => weighing.delete(address));
      weighing.set(address, reading);
      return reading;
    },
  };
}

function readPlace(address: string): Place | undefined {
  const [, host = '', port] = PLACE.exec(address) ?? [];
  const number = Number(port);
  return number > 0 && number < 65_536 ? { host: host.replaceAll(/[[\]]/g, ''), port: number } : undefined;
}

/**
 * Reads frames until the scale has said one weight for a while, or for so many milliseconds: then what the last one said
 * stands. A frame alone is not believed: the box may have kept it since somebody else weighed, all at once with others, and
 * nothing in it would show a digit that was lost or altered on its way.
 */
function listen(place: Place, patience: number): Promise<Reading> {
  return new Promise((resolve) => {
    const socket = connect(place).setEncoding('latin1');
    let latest = refused('SILENT');
    let rest = '';
    let said: (Weighed & { since: number }) | undefined;
    // The first line may be the end of a frame whose beginning nobody heard.
    let isFirst = true;
    const end = (reading: Reading) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(reading);
    };
    const timer = setTimeout(() => end(latest), patience);
    socket.on('error', () => end(latest)).on('close', () => end(latest));
    socket.on('data', (chunk: string) => {
      const lines = (rest + chunk).split(/[\r\n]+/);
      rest = lines.pop() ?? '';
      if (rest.length > LONGEST) return end(refused('STRANGE'));
      for (const line of lines.filter((one) => one !== '')) {
        const reading = readFrame(line);
        const isFragment = isFirst && reading?.outcome === 'refused' && reading.problem === 'STRANGE';
        isFirst = false;
        if (reading === null || isFragment) continue;
        const now = performance.now();
        if (reading.outcome === 'refused') said = undefined;
        else if (said?.grams !== reading.grams || said.net !== reading.net) said = { ...reading, since: now };
        else if (now - said.since >= AT_REST) return end(reading);
        latest = reading.outcome === 'refused' ? reading : refused('UNSTABLE');
      }
    });
  });
}
