import { performance } from 'node:perf_hooks';
import type { ChatMessage, ChatPath, Incoming } from '../paths/chatPath.ts';
import { UnknownProtocol } from '../paths/chatPath.ts';
import { Histogram } from './histogram.ts';
import { Probe } from './probe.ts';

const kinds = ['requests', 'requests_ok', 'errors', 'http_5xx', 'messages_sent', 'messages_delivered', 'comparisons', 'mismatches', 'probes', 'probe_ok'] as const;
type Counter = (typeof kinds)[number];

export interface Reading {
  readonly counters: Readonly<Record<Counter, number>>;
  readonly histograms: { readonly response_time: Histogram };
  /** Share of a core that a thousand messages a second would take; paths with different shares of the users compare by it. Absent without a message. */
  readonly cpu?: number;
}

/** One path, and what it did since the last report. What never happened reads 0: silence is reported, not hidden. */
export class PathMeter {
  readonly #path: ChatPath;
  #counters = zeros();
  #times = new Histogram();
  #cpuMicros = 0;

  constructor(path: ChatPath) {
    this.#path = path;
  }

  /** Handles, and counts the request with its outcome at once, so that no report holds an error without its request. */
  async handle(incoming: Incoming): Promise<ChatMessage> {
    const started = performance.now();
    const cpu = process.cpuUsage();
    try {
      const handled = this.#path.handle(incoming);
      // Of what runs at once; what waits is not work.
      this.#noteCpu(process.cpuUsage(cpu));
      const message = await handled;
      this.#finished(performance.now() - started, 'requests_ok');
      return message;
    } catch (error) {
      if (!(error instanceof UnknownProtocol)) this.#finished(performance.now() - started, 'errors', 'http_5xx');
      throw error;
    }
  }

  /** Uses the path for messages of known outcome. Probes are nobody's requests and are not counted as such. */
  async probe(): Promise<void> {
    this.add('probes', Probe.messages);
    this.add('probe_ok', await Probe.succeeded(this.#path));
  }

  add(counter: Counter, by = 1): void {
    this.#counters[counter] += by;
  }

  take(): Reading {
    const [counters, response_time, micros] = [this.#counters, this.#times, this.#cpuMicros];
    [this.#counters, this.#times, this.#cpuMicros] = [zeros(), new Histogram(), 0];
    return { counters, histograms: { response_time }, ...(counters.requests > 0 && { cpu: micros / counters.requests / 1000 }) };
  }

  #noteCpu(used: NodeJS.CpuUsage): void {
    this.#cpuMicros += used.user + used.system;
  }

  #finished(ms: number, ...outcome: Counter[]): void {
    this.add('requests');
    for (const counter of outcome) this.add(counter);
    this.#times.observe(ms);
  }
}

const zeros = () => Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<Counter, number>;
