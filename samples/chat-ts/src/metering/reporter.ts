import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Meters } from '../posting.ts';
import type { Routing } from '../routing.ts';
import type { Settings } from '../settings.ts';
import { liveHeap } from './liveHeap.ts';
import type { PathMeter } from './pathMeter.ts';

/** Reports both paths, used or not, every push interval. What could not be delivered is lost: the gap is the truth. */
export class Reporter {
  readonly #settings: Settings;
  readonly #meters: Meters;
  readonly #routing: Routing;
  readonly #instance = randomUUID().slice(0, 12);
  readonly #stop = new AbortController();
  #round = 0;

  constructor(settings: Settings, meters: Meters, routing: Routing) {
    [this.#settings, this.#meters, this.#routing] = [settings, meters, routing];
  }

  async run(): Promise<void> {
    if (this.#settings.rollout === '') {
      console.warn('Reporting nothing: CHAT_ROLLOUT is not set');
      return;
    }
    while (!this.#stop.signal.aborted) {
      await this.#routing.refresh();
      await this.#probe();
      await this.#push();
      await delay(this.#settings.pushInterval, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
    await this.#push();
  }

  stop(): void {
    this.#stop.abort();
  }

  async #probe(): Promise<void> {
    const { legacy, fresh, shadow } = this.#meters;
    await Promise.all([legacy, fresh, ...(this.#routing.shadowing ? [shadow] : [])].map((meter) => meter.probe()));
  }

  async #push(): Promise<void> {
    const { orchestrator, rollout, ingestKey } = this.#settings;
    try {
      const response = await fetch(`${orchestrator}/api/v1/rollouts/${encodeURIComponent(rollout)}/metrics`, {
        method: 'POST',
        headers: { 'X-API-Key': ingestKey, 'Content-Type': 'application/json' },
        body: JSON.stringify({ samples: this.#samples() }),
        signal: AbortSignal.timeout(10_000),
      });
      const answer = await response.text();
      if (!response.ok) console.warn(`Metrics refused with ${response.status}: ${answer}`);
    } catch (error) {
      console.warn(`Metrics not delivered: ${String(error)}`);
    }
  }

  #samples(): object[] {
    this.#round++;
    const memory = liveHeap();
    // A user of several segments is in one sample that names them all: the total counts the message once.
    const samples = (name: string, variant: string, traffic: string, meter: PathMeter) => meter.take().map(({ segments, counters, histograms, cpu }) => ({
      id: `${this.#instance}-${this.#round}-${name}-${segments}`, variant, traffic, counters, histograms,
      ...(segments === '' ? { gauges: { memory, ...(cpu !== undefined && { cpu }) } } : { segment: segments }),
    }));
    const { legacy, fresh, shadow } = this.#meters;
    const live = [...samples('legacy', 'legacy', 'live', legacy), ...samples('new', 'new', 'live', fresh)];
    return this.#routing.shadowing ? [...live, ...samples('shadow', 'new', 'shadow', shadow)] : live;
  }
}
