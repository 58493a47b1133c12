// The server under test, as checks that need no client ask it.
import assert from 'node:assert/strict';

export class Server {
  constructor({ baseUrl, key, targetingKey }) {
    Object.assign(this, { baseUrl: baseUrl.replace(/\/+$/, ''), key, context: { targetingKey } });
  }

  headers(more = {}) {
    return { 'Content-Type': 'application/json', 'X-API-Key': this.key, ...more };
  }

  /** Asks for one flag, or for all when the path is empty. */
  async ask(path, body = { context: this.context }, headers = {}) {
    const response = await fetch(`${this.baseUrl}/ofrep/v1/evaluate/flags${path}`, {
      method: 'POST', headers: this.headers(headers), body: typeof body === 'object' && !ArrayBuffer.isView(body) ? JSON.stringify(body) : body,
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parse(text) };
  }

  /** All flags that have a value. */
  async flags(context = this.context) {
    const { status, json } = await this.ask('', { context });
    assert.equal(status, 200);
    return json.flags.filter(flag => flag.errorCode === undefined && flag.value !== undefined);
  }

  /** Address of the stream that a bulk answer names; undefined when it names none. */
  streamAddress(bulk) {
    const stream = bulk.eventStreams?.find(one => one.type === 'sse');
    return stream && (stream.url ?? new URL(stream.endpoint.requestUri, stream.endpoint.origin ?? new URL(this.baseUrl).origin).href);
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Waits until the condition gives something; the time-out is for hangs, not a measurement. */
export async function until(what, condition, seconds = 60) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await new Promise(resolve => setTimeout(resolve, 10))) {
    const found = await condition();
    if (found) {
      return found;
    }
  }
  throw new Error(`${what}: not within ${seconds} s`);
}
