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

  /** Everybody goes on writing until the server is stopped, four times in five one of the heavy users. */
  write(): void {
    let turn = 0;
    const writer = async () => {
      while (!this.#stop.signal.aborted) {
        const among = ++turn % 5 === 0 ? this.#users : this.heavy;
        await this.post(among[turn % among.length]!);
        await delay(10);
      }
    };
    this.#traffic = Promise.all(Array.from({ length: writers }, writer));
    this.#traffic.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#traffic;
    await this.#server.stop();
  }
}

const writers = 6;

/** Asks for each, a few at a time. */
export async function each<T, R>(all: readonly T[], ask: (one: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(all.length);
  const queue = all.entries();
  await Promise.all(Array.from({ length: writers }, async () => {
    for (const [at, one] of queue) results[at] = await ask(one);
  }));
  return results;
}
