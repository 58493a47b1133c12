import { PerformanceObserver, type PerformanceEntry, constants } from 'node:perf_hooks';

let bytes = process.memoryUsage().heapUsed;

new PerformanceObserver((collections) => {
  const full = (entry: PerformanceEntry) => (entry.detail as { kind?: number } | undefined)?.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
  if (collections.getEntries().some(full)) bytes = process.memoryUsage().heapUsed;
}).observe({ entryTypes: ['gc'] });

/** The heap as the newest full collection left it: a leak shows here, garbage that waits for the next one does not. Both paths live in one process, so it is both's. */
export const liveHeap = (): number => bytes;
