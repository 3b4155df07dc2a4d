import { z } from 'zod';
import { type StartedServer, startServer } from '../../servers/start.ts';

const floodSchema = z.object({ n: z.number(), firstByteAt: z.number(), lastByteAt: z.number() });

/** What the server says of its last flood; times in milliseconds since the epoch, 0 where it is not there yet. */
export type Flood = z.infer<typeof floodSchema>;

/** `test/servers/logFlood.ts` in a process of its own. */
export class FloodServer {
  readonly #server: StartedServer;

  constructor(server: StartedServer) {
    this.#server = server;
  }

  static async start(): Promise<FloodServer> {
    return new FloodServer(await startServer('logFlood'));
  }

  get url(): string {
    return this.#server.url;
  }

  /** Asked beside the traffic that is measured. */
  async flood(): Promise<Flood> {
    const response = await fetch(new URL('/flood', this.#server.url));
    return floodSchema.parse(await response.json());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop();
  }
}
