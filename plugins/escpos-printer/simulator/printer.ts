import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type Command, nextCommand } from './commands.ts';
import type { Fault } from './faults.ts';
import { Paper, type Sheet } from './paper.ts';

/** A printer of our own: it reads real bytes from a real socket, and prints to SVG. */
export interface SimulatedPrinter {
  readonly name: string;
  /** Of its paper, in millimetres. */
  readonly paperWidth: 58 | 80;
  /** Where it listens on loopback. */
  port(): number;
  /** What is wrong with it. */
  readonly faults: ReadonlySet<Fault>;
  /** Switches a fault on or off; paper that is put in lets what waits in the printer be printed. */
  set(fault: Fault, isOn: boolean): Promise<void>;
  /** What it has printed, the oldest first. */
  readonly sheets: readonly Sheet[];
  /** How often it has opened the drawer. */
  drawer(): number;
  /** Each connection's bytes, the oldest first. */
  readonly received: readonly Buffer[];
  /** Resolves when it has printed so many sheets in all. */
  printed(sheets: number): Promise<readonly Sheet[]>;
  close(): Promise<void>;
}

/** After how many lines paper runs out that runs out in the middle. */
const LINES_LEFT = 4;
/** How long a slow one takes for a sheet, in ms. */
const SLOW = 1_500;
/** How much of what was printed and heard is kept: what came last. */
const MOST = 50;

/** Switches a printer on, on a free port of loopback. */
export async function startPrinter(name: string, paperWidth: 58 | 80): Promise<SimulatedPrinter> {
  const faults = new Set<Fault>();
  const sheets: Sheet[] = [];
  const received: Buffer[] = [];
  const paper = new Paper(paperWidth);
  /** What it has been told and has not done yet, because it has stopped. */
  const waiting: { command: Command; answer(...bytes: number[]): void }[] = [];
  let drawer = 0;
  let total = 0;
  let linesLeft = LINES_LEFT;
  let isWorking = false;
  let tellsUnasked = false;
  let talking: Socket | undefined;
  let port = 0;
  let printed = Promise.withResolvers<void>();

  const isStopped = () => ['paper-out', 'cover-open', 'cutter-jam'].some((fault) => faults.has(fault as Fault));

  function add(sheet: Sheet | undefined): void {
    if (!sheet) return;
    total += 1;
    sheets.push(sheet);
    if (sheets.length > MOST) sheets.shift();
    printed.resolve();
    printed = Promise.withResolvers();
  }

  /** Does what it was told, in order, for as long as nothing stops it. */
  async function work(): Promise<void> {
    if (isWorking) return;
    isWorking = true;
    for (let next = waiting[0]; next && !isStopped(); next = waiting[0]) {
      waiting.shift();
      const { command, answer } = next;
      if (command.name === 'ESC p') {
        drawer += 1;
        if (tellsUnasked) answer(...unasked());
      }
      if (command.name === 'GS a') tellsUnasked = command.data[0] !== 0;
      if (command.name === 'GS V' && faults.has('slow')) await pause(SLOW);
      if (command.name === 'GS r') answer(faults.has('near-end') ? 0b0000_0011 : 0);
      else add(paper.do(command));
      if (command.name !== 'LF' || !faults.has('paper-out-in-the-middle')) continue;
      linesLeft -= 1;
      if (linesLeft > 0) continue;
      add(paper.end(false));
      faults.delete('paper-out-in-the-middle');
      faults.add('paper-out');
    }
    isWorking = false;
  }

  /** The four bytes of its state, each with the bits that are always set. */
  const statusOf = (n: number): number => {
    const bits = (fault: Fault, value: number) => (faults.has(fault) ? value : 0);
    const of: Record<number, number> = {
      1: isStopped() ? 0b0000_1000 : 0,
      2: bits('cover-open', 0b0000_0100) | bits('paper-out', 0b0010_0000) | bits('cutter-jam', 0b0100_0000),
      3: bits('cutter-jam', 0b0000_1000),
      4: bits('near-end', 0b0000_1100) | bits('paper-out', 0b0110_0000),
    };
    return 0b0001_0010 | (of[n] ?? 0);
  };

  /** The four bytes of automatic status back. */
  const unasked = (): number[] => {
    const first = 0b0001_0000 | (isStopped() ? 0b0000_1000 : 0) | (faults.has('cover-open') ? 0b0010_0000 : 0);
    const paper = (faults.has('near-end') ? 0b0000_0011 : 0) | (faults.has('paper-out') ? 0b0000_1100 : 0);
    return [first, 0, paper, 0];
  };

  function serve(socket: Socket): void {
    socket.on('error', () => {});
    // It has one connection; whoever else comes is turned away.
    if (talking && !talking.destroyed) return void socket.destroy();
    talking = socket;
    let rest: Buffer = Buffer.alloc(0);
    let isSilent = false;
    const heard = received.push(Buffer.alloc(0)) - 1;
    const answer = (...bytes: number[]) => {
      if (!isSilent && socket.writable) socket.write(Buffer.from(bytes));
    };
    tellsUnasked = faults.has('tells-unasked');
    if (tellsUnasked) answer(...unasked());
    socket.on('data', (data) => {
      received[heard] = Buffer.concat([received[heard] ?? Buffer.alloc(0), data]);
      rest = Buffer.concat([rest, data]);
      try {
        for (let next = nextCommand(rest); next; next = nextCommand(rest)) {
          rest = next.rest;
          const { command } = next;
          if (command.name === 'DLE EOT') {
            if (!faults.has('no-status')) answer(statusOf(command.data[0] ?? 0));
            continue;
          }
          if (faults.has('hang-up-on-data')) return void socket.destroy();
          if (faults.has('hang-after-data')) isSilent = true;
          waiting.push({ command, answer });
        }
      } catch {
        // What it does not understand ends the conversation, where a real one would print rubbish.
        socket.destroy();
      }
      void work();
    });
    const leave = () => {
      if (talking === socket) talking = undefined;
      socket.end();
    };
    socket.on('end', leave);
    socket.on('close', leave);
  }

  const listen = async (): Promise<Server> => {
    const server = createServer({ allowHalfOpen: true }, serve);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
    return server;
  };
  let server: Server | undefined = await listen();
  const shut = async () => {
    talking?.destroy();
    const closing = server;
    server = undefined;
    if (closing) await new Promise((resolve) => closing.close(resolve));
  };

  return {
    name,
    paperWidth,
    faults,
    sheets,
    received,
    port: () => port,
    drawer: () => drawer,
    async set(fault, isOn) {
      if (isOn) faults.add(fault);
      else faults.delete(fault);
      linesLeft = LINES_LEFT;
      if (faults.has('offline')) await shut();
      else server ??= await listen();
      await work();
    },
    async printed(count) {
      while (total < count) await printed.promise;
      return sheets;
    },
    close: shut,
  };
}
