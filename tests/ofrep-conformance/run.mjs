#!/usr/bin/env node
// Runs the real OpenFeature clients, and what they do not ask, against an OFREP server. See README.md.
import { parseArgs } from 'node:util';
import { patches } from './schema.mjs';
import { Server } from './server.mjs';
import * as protocol from './checks/protocol.mjs';
import * as stream from './checks/stream.mjs';
import * as limits from './checks/limits.mjs';
import * as serverProvider from './checks/server-provider.mjs';
import * as webProvider from './checks/web-provider.mjs';

const { values: given } = parseArgs({
  options: {
    'base-url': { type: 'string' }, key: { type: 'string' }, flag: { type: 'string' }, 'targeting-key': { type: 'string', default: 'user-1' },
    change: { type: 'string' }, 'change-key': { type: 'string' }, 'change-body': { type: 'string', default: '{}' },
    'limited-url': { type: 'string' }, 'limited-key': { type: 'string' },
  },
});
if (!given['base-url'] || !given.key || !given.flag) {
  console.error('usage: node run.mjs --base-url URL --key KEY --flag BOOLEAN-FLAG [--targeting-key USER] [--change URL --change-key KEY --change-body JSON] [--limited-url URL --limited-key KEY]');
  process.exit(2);
}

const server = new Server({ baseUrl: given['base-url'], key: given.key, targetingKey: given['targeting-key'] });
const world = {
  server, flag: given.flag, limited: given['limited-url'] && new Server({ baseUrl: given['limited-url'], key: given['limited-key'], targetingKey: given['targeting-key'] }),
  change: given.change && (() => post(given.change, given['change-key'], given['change-body'])),
};
let [passed, failed] = [0, 0];
patches.forEach(patch => console.log(`# patched in the published OpenAPI: ${patch.why}`));
// The web provider last: its change may well be the end of the flag.
for (const { title, checks, needs, end } of [protocol, stream, serverProvider, limits, webProvider]) {
  const missing = await needs?.(world);
  for (const [name, check] of Object.entries(checks)) {
    try {
      const note = missing ?? await check(world);
      passed += missing ? 0 : 1;
      console.log(`${missing ? 'skip' : 'ok'} - ${title}: ${name}${note ? ` (${note})` : ''}`);
    } catch (error) {
      failed++;
      console.log(`not ok - ${title}: ${name}\n  ${String(error.stack).replaceAll('\n', '\n  ')}`);
    }
  }
  await end?.();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

async function post(url, key, body) {
  const response = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-API-Key': key ?? '' }, body });
  if (!response.ok) {
    throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  }
}
