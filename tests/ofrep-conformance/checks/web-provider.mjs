// @openfeature/web-sdk with @openfeature/ofrep-web-provider and an EventSource: all flags at once, and news of them.
import assert from 'node:assert/strict';
import { OpenFeature, ProviderEvents } from '@openfeature/web-sdk';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { EventSource } from 'eventsource';
import { until } from '../server.mjs';
import { resolve } from './server-provider.mjs';

export const title = '@openfeature/ofrep-web-provider';

globalThis.EventSource = class extends EventSource {
  static open = new Set();

  constructor(url) {
    super(url);
    globalThis.EventSource.open.add(this);
  }
};

export const checks = {
  'all flags are known after one question': async ({ server }) => {
    const { client } = await clientOf(server, server.context);
    for (const flag of await server.flags()) {
      const details = resolve(client, flag);
      assert.deepEqual([details.value, details.variant, details.reason, details.errorCode], [flag.value, flag.variant, flag.reason, undefined]);
    }
  },
  'another user has other answers': async ({ server }) => {
    const { client, domain } = await clientOf(server, server.context);
    const other = { targetingKey: 'somebody-else' };
    await OpenFeature.setContext(domain, other);
    for (const flag of await server.flags(other)) {
      assert.deepEqual(resolve(client, flag).value, flag.value);
    }
  },
  'a client without a user knows the flags that need none': async ({ server }) => {
    const { client } = await clientOf(server, {});
    for (const flag of await server.flags({})) {
      assert.deepEqual(resolve(client, flag).value, flag.value);
    }
  },
  'a wrong key ends the provider': async ({ server }) => {
    await assert.rejects(clientOf(server, server.context, 'no-such-key'));
  },
  'a change is seen by a connected client': async ({ server, flag, change }) => {
    if (!change) {
      return 'no --change was given';
    }
    const { client } = await clientOf(server, server.context);
    await until('the stream opens', () => [...globalThis.EventSource.open].some(source => source.readyState === 1));
    const before = client.getBooleanValue(flag, false);
    const told = [];
    client.addHandler(ProviderEvents.ConfigurationChanged, event => told.push(...event.flagsChanged ?? []));
    await change();
    const began = Date.now();
    await until(`${flag} changes from ${before}`, () => client.getBooleanValue(flag, before) !== before);
    assert.ok(told.includes(flag));
    return `seen after ${Date.now() - began} ms`;
  },
};

export const end = async () => {
  await OpenFeature.close();
  globalThis.EventSource.open.forEach(source => source.close());
};

let count = 0;

async function clientOf(server, context, key = server.key) {
  const domain = `conformance-${++count}`;
  await OpenFeature.setContext(domain, context);
  await OpenFeature.setProviderAndWait(domain, new OFREPWebProvider({
    baseUrl: server.baseUrl, headers: [['X-API-Key', key]], pollInterval: 0, cacheMode: 'disabled',
  }));
  return { client: OpenFeature.getClient(domain), domain };
}
