import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Variant } from '../src/posting.ts';
import type { User } from '../src/routing.ts';
import type { NewPathHealth } from '../src/settings.ts';
import { Child } from './child.ts';
import { patience } from './orchestrator.ts';

/** The chat server as a process, and what its clients do. */
export class Chat {
  readonly #server: Child;
  readonly #users: readonly User[];
  readonly #stop = new AbortController();
  heavy: readonly User[];
  #traffic: Promise<unknown> = Promise.resolve();

  private constructor(server: Child, users: readonly User[]) {
    [this.#server, this.#users, this.heavy] = [server, users, users];
  }

  static async start(users: readonly User[], newPath: NewPathHealth, env: Readonly<Record<string, string>>): Promise<Chat> {
    const main = fileURLToPath(new URL('../src/main.js', import.meta.url));
    return new Chat(await Child.start(process.execPath, [main], { ...env, CHAT_PORT: '0', CHAT_NEW_PATH: newPath }), users);
  }

  async post(user: User): Promise<Variant> {
    const response = await fetch(`${this.#server.address}/rooms/lobby/messages`, {
      method: 'POST', body: JSON.stringify({ user, text: '/me waves at @bob & <all>' }), signal: AbortSignal.timeout(patience),
    });
    return ((await response.json()) as { path: Variant }).path;
  }

  /** Each user writes once; the ids of those whose message took the new path. */
  async onNew(): Promise<string[]> {
    const variants = await each(this.#users, (user) => this.post(user));
    return this.#users.filter((_, at) => variants[at] === 'new').map(({ id }) => id);
  }

  /**
   * Everybody goes on writing until the server is stopped, 400 messages a second, four times in five from one of the heavy users. Nobody waits for
   * somebody else's answer: a slow path must not look as if it were hardly used.
   */
  write(): void {
    this.#traffic = this.#write();
    this.#traffic.catch(() => undefined);
  }

  async #write(): Promise<void> {
    const underWay = new Set<Promise<unknown>>();
    for (let turn = 0; !this.#stop.signal.aborted; turn++) {
      const writer = turn % 5 === 0 ? this.#users[(turn / 5) % this.#users.length]! : this.heavy[turn % this.heavy.length]!;
      const post: Promise<unknown> = this.post(writer).finally(() => underWay.delete(post));
      underWay.add(post);
      if (underWay.size >= mostUnderWay) await Promise.race(underWay);
      if (turn % 4 === 0) await delay(10);
    }
    await Promise.all(underWay);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#traffic;
    await this.#server.stop();
  }
}

const mostUnderWay = 300;
const askers = 6;

/** Asks for each, a few at a time. */
export async function each<T, R>(all: readonly T[], ask: (one: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(all.length);
  const queue = all.entries();
  await Promise.all(Array.from({ length: askers }, async () => {
    for (const [at, one] of queue) results[at] = await ask(one);
  }));
  return results;
}
