// @openfeature/server-sdk with @openfeature/ofrep-provider: one question a flag.
import assert from 'node:assert/strict';
import { OpenFeature } from '@openfeature/server-sdk';
import { OFREPProvider } from '@openfeature/ofrep-provider';

export const title = '@openfeature/ofrep-provider';

export const checks = {
  'each flag has value, variant, reason and metadata of its answer': async ({ server }) => {
    const client = await clientOf(server);
    // This provider puts keys into the path as they are.
    for (const flag of (await server.flags()).filter(one => /^[\w/.-]+$/.test(one.key))) {
      const details = await resolve(client, flag, server.context);
      assert.equal(details.errorCode, undefined, `${flag.key}: ${details.errorMessage}`);
      assert.deepEqual([details.value, details.variant, details.reason], [flag.value, flag.variant, flag.reason]);
      for (const [name, value] of Object.entries(flag.metadata ?? {})) {
        assert.equal(details.flagMetadata[name], value);
      }
    }
  },
  'an unknown flag is the default, with FLAG_NOT_FOUND': async ({ server }) => {
    const details = await (await clientOf(server)).getBooleanDetails('there-is-no-such-flag', true, server.context);
    assert.deepEqual([details.value, details.errorCode], [true, 'FLAG_NOT_FOUND']);
  },
  'another type is the default, with TYPE_MISMATCH': async ({ server, flag }) => {
    const details = await (await clientOf(server)).getStringDetails(flag, 'default', server.context);
    assert.deepEqual([details.value, details.errorCode], ['default', 'TYPE_MISMATCH']);
  },
  'a client without a context is answered, or told that the targeting key is missing': async ({ server }) => {
    const client = await clientOf(server);
    for (const flag of (await server.flags()).filter(one => /^[\w/.-]+$/.test(one.key))) {
      assert.ok([undefined, 'TARGETING_KEY_MISSING'].includes((await resolve(client, flag, {})).errorCode));
    }
  },
  'a wrong key is the default, with an error': async ({ server, flag }) => {
    const details = await (await clientOf(server, 'no-such-key')).getBooleanDetails(flag, true, server.context);
    assert.deepEqual([details.value, details.reason], [true, 'ERROR']);
  },
};

async function clientOf(server, key = server.key) {
  const domain = `conformance ${key}`;
  await OpenFeature.setProviderAndWait(domain, new OFREPProvider({ baseUrl: server.baseUrl, headers: [['Authorization', `Bearer ${key}`]] }));
  return OpenFeature.getClient(domain);
}

export function resolve(client, { key, value }, context) {
  switch (typeof value) {
    case 'boolean': return client.getBooleanDetails(key, !value, context);
    case 'string': return client.getStringDetails(key, `${value}?`, context);
    case 'number': return client.getNumberDetails(key, value + 1, context);
    default: return client.getObjectDetails(key, {}, context);
  }
}
