import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AgnosticPath } from '../src/paths/agnosticPath.ts';
import { UnknownProtocol } from '../src/paths/chatPath.ts';
import { withHealth } from '../src/paths/faultyPath.ts';
import { LegacyPath } from '../src/paths/legacyPath.ts';

const incoming = (text: string, contentType = 'text/plain') => ({ room: 'lobby', userId: 'an n', contentType, text });

for (const text of ['hello', '', ' a  b\n', '/me', '/me waves at @bob, @bob', '/meow', '<b>&amp; @', 'žalost @čšž \u{1F680}', '@a @a @b']) {
  test(`both paths make the same message of ${JSON.stringify(text)}`, () => {
    assert.deepEqual(new AgnosticPath().handle(incoming(text)), new LegacyPath().handle(incoming(text)));
  });
}

test('only the new path knows a second protocol', () => {
  const json = incoming('{"text":"hi @bob"}', 'application/json');
  assert.deepEqual(new AgnosticPath().handle(json).mentions, ['bob']);
  assert.throws(() => new LegacyPath().handle(json), UnknownProtocol);
  assert.throws(() => new AgnosticPath().handle(incoming('{', 'application/json')), UnknownProtocol);
});

test('a slow path still makes the message', async () => {
  assert.equal((await withHealth(new AgnosticPath(), 'slow').handle(incoming('hi'))).text, 'hi');
});
