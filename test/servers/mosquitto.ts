import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answers, program } from './machine.ts';
import { type Server, startServer } from './server.ts';

/** `CONNECT` of MQTT 3.1.1 with a clean session and no name, and how the answer to it begins. */
const CONNECT = Buffer.from([0x10, 12, 0, 4, ...Buffer.from('MQTT'), 4, 2, 0, 10, 0, 0]);
const isAcknowledged = (answer: Buffer) => answer[0] === 0x20;

/** Starts mosquitto, a broker of MQTT that anybody on this machine may use. */
export function startMosquitto(): Promise<Server> {
  return startServer({
    name: 'mosquitto',
    url: (port) => `mqtt://127.0.0.1:${port}`,
    command(folder, port) {
      const file = join(folder, 'mosquitto.conf');
      writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
      return { line: [program('mosquitto'), '-c', file] };
    },
    ready: (port) => answers(port, CONNECT, isAcknowledged),
  });
}
