import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { User } from '../src/routing.ts';
import { Child } from './child.ts';

export interface LoggedEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, any>>;
}

export interface Explanation {
  readonly value: boolean;
  readonly bucket: number;
}

const built = fileURLToPath(new URL('../../../../src/Orchestrator.Silo/bin/Release/net10.0/Orchestrator.Silo.dll', import.meta.url));
const adminKey = 'rok_test_c64daa11ca0fbadd2897b2f7efb207e02ef9bfcc98096d0ae12d4f1bbfdef619';

/** How long anything may take that is waited for. Nothing is expected to need it. */
export const patience = 180_000;

/** The built orchestrator with data of its own, and its HTTP API as people use it. */
export class Orchestrator {
  readonly #silo: Child;
  readonly #data: string;

  private constructor(silo: Child, data: string) {
    [this.#silo, this.#data] = [silo, data];
  }

  static async start(speed: number): Promise<Orchestrator> {
    const data = mkdtempSync(path.join(tmpdir(), 'chat-ts-'));
    const assembly = process.env.SILO ?? built;
    const settings = ['--urls', 'http://127.0.0.1:0', `--Orchestrator:Data=${data}`, `--Orchestrator:Clock:Speed=${speed}`];
    return new Orchestrator(await Child.start('dotnet', ['exec', assembly, ...settings], { ORCHESTRATOR_ADMIN_KEY: adminKey }), data);
  }

  get address(): string {
    return this.#silo.address;
  }

  async call(method: string, at: string, body?: object | string, key = adminKey): Promise<any> {
    const yaml = typeof body === 'string';
    const response = await fetch(`${this.address}${at}`, {
      method,
      headers: { 'X-API-Key': key, ...(body !== undefined && { 'Content-Type': yaml ? 'application/yaml' : 'application/json' }) },
      body: yaml ? body : body && JSON.stringify(body),
      signal: AbortSignal.timeout(patience),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${at} answered ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async newKey(role: string, environment?: string): Promise<string> {
    return (await this.call('POST', '/api/v1/keys', { name: role, role, environment })).key;
  }

  explain(user: User): Promise<Explanation> {
    const { id, ...attributes } = user;
    return this.call('POST', '/api/v1/environments/production/explain', { flag: 'useNewArchitecture', context: { targetingKey: id, ...attributes } });
  }

  /** Waits until what is answered to services is that. */
  async answers(evaluationKey: string, expected: (answer: any) => boolean): Promise<void> {
    const until = Date.now() + patience;
    const ask = () => this.call('POST', '/ofrep/v1/evaluate/flags/useNewArchitecture', { context: { targetingKey: 'somebody' } }, evaluationKey);
    for (let answer = await ask(); !expected(answer); answer = await ask()) {
      if (Date.now() > until) throw new Error(`OFREP still answers ${JSON.stringify(answer)}`);
      await delay(20);
    }
  }

  /** The events of a rollout as they happen, from its first. */
  async *events(rollout: string): AsyncGenerator<LoggedEvent> {
    const response = await fetch(`${this.address}/api/v1/stream?rollout=${rollout}&after=0`, { headers: { 'X-API-Key': adminKey } });
    let rest = '';
    for await (const text of response.body!.pipeThrough(new TextDecoderStream()) as unknown as AsyncIterable<string>) {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines) {
        if (line.startsWith('data: ')) yield JSON.parse(line.slice('data: '.length)) as LoggedEvent;
      }
    }
  }

  async stop(): Promise<void> {
    await this.#silo.stop();
    rmSync(this.#data, { recursive: true });
  }
}
