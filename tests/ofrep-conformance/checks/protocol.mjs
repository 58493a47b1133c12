// What the protocol says, asked without a client.
import assert from 'node:assert/strict';
import { valid } from '../schema.mjs';

export const title = 'protocol';

export const checks = {
  'each flag answers alone as the schema says': async ({ server }) => {
    for (const flag of await server.flags()) {
      const single = await server.ask(`/${encodeURIComponent(flag.key)}`);
      assert.equal(single.status, 200);
      assert.match(single.headers.get('content-type'), /^application\/json/);
      valid('serverEvaluationSuccess', single.json);
      assert.deepEqual([single.json.key, single.json.value, single.json.variant, single.json.reason], [flag.key, flag.value, flag.variant, flag.reason]);
    }
  },
  'a key with a slash may be sent raw or escaped': async ({ server }) => {
    for (const { key, value } of (await server.flags()).filter(flag => /^[\w/-]*\/[\w/-]*$/.test(flag.key))) {
      assert.equal((await server.ask(`/${key}`)).json.value, value);
      assert.equal((await server.ask(`/${encodeURIComponent(key)}`)).json.value, value);
    }
  },
  'an unknown flag is not found, with its key': async ({ server }) => {
    const { status, json } = await server.ask('/there-is-no-such-flag');
    assert.equal(status, 404);
    valid('flagNotFound', json);
    assert.deepEqual([json.key, json.errorCode], ['there-is-no-such-flag', 'FLAG_NOT_FOUND']);
    assert.ok(json.errorDetails);
  },
  'broken JSON is a bad request of the flag, or of all': async ({ server, flag }) => {
    const single = await server.ask(`/${encodeURIComponent(flag)}`, '{"context":');
    assert.equal(single.status, 400);
    valid('evaluationFailure', single.json);
    assert.deepEqual([single.json.key, single.json.errorCode], [flag, 'PARSE_ERROR']);
    const bulk = await server.ask('', '{"context":');
    assert.equal(bulk.status, 400);
    valid('bulkEvaluationFailure', bulk.json);
    assert.equal(bulk.json.errorCode, 'PARSE_ERROR');
  },
  'bad input is never a fault of the server': async ({ server, flag }) => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i]));
    const bodies = [
      '', 'null', '[]', '7', '"x"', '{"context":7}', '{"context":{"targetingKey":{}}}', `{"context":${'['.repeat(1000)}${']'.repeat(1000)}}`,
      new Uint8Array([...Buffer.from('{"context":{"targetingKey":"'), 0xff, 0xfe, ...Buffer.from('"}}')]), { context: many }, 'x'.repeat(200_000),
    ];
    for (const path of ['', `/${encodeURIComponent(flag)}`]) {
      for (const body of bodies) {
        const { status } = await server.ask(path, body);
        assert.ok(status < 500, `${status} for ${String(typeof body === 'string' ? body : JSON.stringify(body)).slice(0, 60)}`);
      }
    }
  },
  'a context without a targeting key is accepted': async ({ server }) => {
    const { status, json } = await server.ask('', { context: {} });
    assert.equal(status, 200);
    for (const flag of json.flags.filter(one => one.errorCode !== undefined)) {
      assert.equal(flag.errorCode, 'TARGETING_KEY_MISSING');
    }
  },
  'a wrong key is 401': async ({ server, flag }) => {
    for (const path of ['', `/${flag}`]) {
      assert.equal((await server.ask(path, undefined, { 'X-API-Key': 'no-such-key' })).status, 401);
    }
  },
  'all flags answer as the schema says, with flat metadata, no null and no whole number with a point': async ({ server }) => {
    const { status, json, text } = await server.ask('');
    assert.equal(status, 200);
    valid('bulkEvaluationSuccess', json);
    for (const metadata of [json.metadata, ...json.flags.map(flag => flag.metadata)]) {
      Object.values(metadata ?? {}).forEach(value => assert.ok(['string', 'number', 'boolean'].includes(typeof value)));
    }
    assert.doesNotMatch(text, /"value":\s*null/);
    assert.doesNotMatch(text, /"value":\s*-?\d+\.0*[,}]/);
  },
  'a tag that is known is 304, with another context it is not': async ({ server }) => {
    const etag = (await server.ask('')).headers.get('etag');
    assert.ok(etag);
    const again = await server.ask('', undefined, { 'If-None-Match': etag });
    assert.deepEqual([again.status, again.text, again.headers.get('etag')], [304, '', etag]);
    assert.equal((await server.ask('', { context: { targetingKey: 'somebody-else' } }, { 'If-None-Match': etag })).status, 200);
  },
};
