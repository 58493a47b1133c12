// Counts requests of the new variant and exports them after each line on standard input: node export.mjs json|proto. Where to and with which key, the variables
// OTEL_EXPORTER_OTLP_METRICS_* say, as they do for any service with OpenTelemetry. Prints one line for each export.
import { createInterface } from 'node:readline';
import { OTLPMetricExporter as Json } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as Proto } from '@opentelemetry/exporter-metrics-otlp-proto';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';

const exporter = process.argv[2] === 'proto' ? new Proto() : new Json();
const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })] });
const meter = provider.getMeter('chat');
const requests = meter.createCounter('requests');
const errors = meter.createCounter('errors');
const time = meter.createHistogram('response_time', { unit: 's', advice: { explicitBucketBoundaries: [0.1, 0.2, 0.5] } });
const variant = { variant: 'new' };

console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const failed = Number(line);
  requests.add(1000, variant);
  errors.add(failed, variant);
  for (let i = 0; i < 1000; i++) time.record(0.05, variant);
  await provider.forceFlush();
  console.log('exported');
}
