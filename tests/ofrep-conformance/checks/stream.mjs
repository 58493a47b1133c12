// The event stream, read with a bare EventSource.
import assert from 'node:assert/strict';
import { EventSource } from 'eventsource';
import { valid } from '../schema.mjs';

export const title = 'event stream';

export const needs = async ({ server }) => server.streamAddress((await server.ask('')).json) ? null : 'the server offers no event stream';

export const checks = {
  'a client that comes back from an older event is told to ask again, with an id': async ({ server }) => {
    const address = server.streamAddress((await server.ask('')).json);
    const event = await first(address, { 'Last-Event-ID': '0' });
    valid('sseEventData', JSON.parse(event.data));
    assert.equal(JSON.parse(event.data).type, 'refetchEvaluation');
    assert.ok(event.lastEventId);
  },
  'the address opens the stream without the key in it': async ({ server }) => {
    const address = server.streamAddress((await server.ask('')).json);
    assert.ok(!address.includes(server.key));
    const stop = new AbortController();
    const response = await fetch(address, { signal: stop.signal });
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type'), /^text\/event-stream/);
    stop.abort();
  },
};

/** The first event of a stream. */
function first(address, headers) {
  const source = new EventSource(address, { fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, ...headers } }) });
  return new Promise((resolve, reject) => {
    const end = setTimeout(() => reject(new Error('no event within 60 s')), 60_000);
    source.addEventListener('message', event => { clearTimeout(end); resolve(event); });
  }).finally(() => source.close());
}
