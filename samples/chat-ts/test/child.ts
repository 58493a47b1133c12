import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A server as a process of its own, which does not outlive the test. */
export class Child {
  readonly #process: ChildProcess;
  readonly address: string;

  private constructor(process: ChildProcess, address: string) {
    [this.#process, this.address] = [process, address];
  }

  /** Starts it and waits until it says "Listening on http://…". */
  static async start(command: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Child> {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    process.once('exit', () => child.kill('SIGKILL'));
    const said: string[] = [];
    const address = await new Promise<string>((resolve, reject) => {
      for (const stream of [child.stdout!, child.stderr!]) {
        createInterface({ input: stream }).on('line', (line) => {
          said.push(line);
          const listening = /Listening on (http:\/\/[^;,\s]+)/.exec(line);
          if (listening) resolve(listening[1]!.replace(/\/$/, ''));
        });
      }
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`${command} ended with ${code} before it listened:\n${said.join('\n')}`)));
    });
    return new Child(child, address);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await ended;
  }
}
