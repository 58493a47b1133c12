/** Milliseconds. Thresholds of the strategy (150, 165, 200, 500) are bounds, since a bucket counts as its upper one; below 5 ms nobody notices. */
const bounds = [5, 10, 25, 50, 75, 100, 125, 150, 165, 200, 300, 500, 800, 1000, 2000, 5000];

/** Counts of response times, as the metrics API takes them: one count more than bounds, the last for what is above them all. */
export class Histogram {
  readonly #counts = new Array<number>(bounds.length + 1).fill(0);

  observe(ms: number): void {
    const at = bounds.findIndex((bound) => ms <= bound);
    this.#counts[at < 0 ? bounds.length : at]!++;
  }

  toJSON(): { bounds: readonly number[]; counts: readonly number[] } {
    return { bounds, counts: this.#counts };
  }
}
