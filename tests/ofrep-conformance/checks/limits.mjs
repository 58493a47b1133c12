// What both providers do when they ask too often: they keep to Retry-After, and are answered again after it.
import assert from 'node:assert/strict';
import { OpenFeature } from '@openfeature/server-sdk';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature as OpenFeatureWeb, ProviderEvents } from '@openfeature/web-sdk';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { until } from '../server.mjs';

export const title = 'a limited key';

export const needs = ({ limited }) => limited ? undefined : 'no --limited-url was given';

export const checks = {
  'the server provider asks nothing until the time that it was told, and then is answered again': async ({ limited: server, flag }) => {
    const statuses = [];
    const domain = 'limited';
    await OpenFeature.setProviderAndWait(domain, new OFREPProvider({
      baseUrl: server.baseUrl, headers: [['X-API-Key', server.key]],
      fetchImplementation: async (...asked) => {
        const response = await fetch(...asked);
        statuses.push(response.status);
        return response;
      },
    }));
    const ask = () => OpenFeature.getClient(domain).getBooleanDetails(flag, false, server.context);
    await until('a 429', async () => (await ask(), statuses.at(-1) === 429));
    const refused = statuses.length;
    const paused = await ask();
    assert.match(paused.errorMessage, /TooManyRequests/);
    assert.equal(statuses.length, refused, 'the provider went on asking');
    const again = await until('an answer', async () => {
      const details = await ask();
      return details.errorCode === undefined && details;
    });
    assert.equal(statuses[refused], 200, 'Retry-After was too short');
    assert.notEqual(again.reason, 'ERROR');
  },
  'the web provider keeps its flags': async ({ limited: server, flag }) => {
    const domain = 'limited';
    await OpenFeatureWeb.setContext(domain, server.context);
    const provider = new OFREPWebProvider({ baseUrl: server.baseUrl, headers: [['X-API-Key', server.key]], pollInterval: 0, cacheMode: 'disabled' });
    await until('an answer to begin with', () => OpenFeatureWeb.setProviderAndWait(domain, provider).then(() => true, () => false));
    const client = OpenFeatureWeb.getClient(domain);
    const before = client.getBooleanDetails(flag, false);
    assert.equal(before.errorCode, undefined);
    const statuses = [];
    await until('a 429', async () => {
      statuses.push((await server.ask('')).status);
      return statuses.at(-1) === 429;
    });
    let stale = false;
    client.addHandler(ProviderEvents.Stale, () => { stale = true; });
    await provider.onContextChange(server.context, server.context).catch(() => undefined);
    const after = client.getBooleanDetails(flag, !before.value);
    assert.deepEqual([after.value, after.errorCode], [before.value, undefined], `stale: ${stale}`);
  },
};

export const end = async () => {
  await OpenFeature.close();
  await OpenFeatureWeb.close();
};
