import { performance } from 'node:perf_hooks';
import type { ChatMessage, ChatPath, Incoming } from '../paths/chatPath.ts';
import { UnknownProtocol } from '../paths/chatPath.ts';
import { Histogram } from './histogram.ts';
import { Probe } from './probe.ts';

const kinds = ['requests', 'requests_ok', 'errors', 'http_5xx', 'messages_sent', 'messages_delivered', 'comparisons', 'mismatches', 'probes', 'probe_ok'] as const;
type Counter = (typeof kinds)[number];

/** Counts of some users of a path. */
export interface Reading {
  /** Whose they are: keys of segments joined by commas, empty for users of none. */
  readonly segments: string;
  readonly counters: Readonly<Record<Counter, number>>;
  readonly histograms: { readonly response_time: Histogram };
  /** Share of a core that a thousand messages a second would take; paths with different shares of the users compare by it. Absent without a message. */
  readonly cpu?: number;
}

/** More combinations of segments than any plan has; what comes above is counted to no segment. */
const mostSegments = 100;

/** One path, and what it did since the last report. What never happened reads 0: silence is reported, not hidden. */
export class PathMeter {
  readonly #path: ChatPath;
  readonly #counts = new Map<string, Counts>([['', new Counts()]]);
  #cpuMicros = 0;

  constructor(path: ChatPath) {
    this.#path = path;
  }

  /** Handles, and counts the request with its outcome at once, so that no report holds an error without its request. */
  async handle(incoming: Incoming, segments = ''): Promise<ChatMessage> {
    const started = performance.now();
    const cpu = process.cpuUsage();
    try {
      const handled = this.#path.handle(incoming);
      // Of what runs at once; what waits is not work.
      this.#noteCpu(process.cpuUsage(cpu));
      const message = await handled;
      this.#finished(performance.now() - started, segments, 'requests_ok');
      return message;
    } catch (error) {
      if (!(error instanceof UnknownProtocol)) this.#finished(performance.now() - started, segments, 'errors', 'http_5xx');
      throw error;
    }
  }

  /** Uses the path for messages of known outcome. Probes are nobody's requests and are not counted as such. */
  async probe(): Promise<void> {
    this.add('probes', Probe.messages);
    this.add('probe_ok', await Probe.succeeded(this.#path));
  }

  add(counter: Counter, by = 1, segments = ''): void {
    this.#of(segments).counters[counter] += by;
  }

  /** One reading for each segment that was seen, and one for users of none. The time that a message takes is the process's, whoever sent it. */
  take(): Reading[] {
    const micros = this.#cpuMicros;
    this.#cpuMicros = 0;
    const taken = [...this.#counts].map(([segments, { counters, times }]) => ({ segments, counters, histograms: { response_time: times } }));
    for (const segments of this.#counts.keys()) this.#counts.set(segments, new Counts());
    const requests = taken.reduce((sum, { counters }) => sum + counters.requests, 0);
    return taken.map((reading) => ({ ...reading, ...(reading.segments === '' && requests > 0 && { cpu: micros / requests / 1000 }) }));
  }

  #noteCpu(used: NodeJS.CpuUsage): void {
    this.#cpuMicros += used.user + used.system;
  }

  #finished(ms: number, segments: string, ...outcome: Counter[]): void {
    this.add('requests', 1, segments);
    for (const counter of outcome) this.add(counter, 1, segments);
    this.#of(segments).times.observe(ms);
  }

  #of(segments: string): Counts {
    const known = this.#counts.get(segments);
    if (known) return known;
    if (this.#counts.size > mostSegments) return this.#counts.get('')!;
    const made = new Counts();
    this.#counts.set(segments, made);
    return made;
  }
}

const zeros = () => Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<Counter, number>;

class Counts {
  readonly counters = zeros();
  readonly times = new Histogram();
}
