// The least that a Node server does around flagd-core: OFREP single and bulk over node:http, no framework, no authentication. PORT and FLAGS (how many) from the environment.
import { createServer } from 'node:http';
import { FlagdCore } from '@openfeature/flagd-core';

const flag = (key) => ({
  state: 'ENABLED',
  variants: { new: true, legacy: false },
  defaultVariant: 'legacy',
  targeting: {
    if: [
      { or: [{ '==': [{ var: 'internal' }, true] }, { '==': [{ var: 'group' }, 'beta'] }] },
      'new',
      { fractional: [{ cat: [key, { var: 'targetingKey' }] }, ['new', 25], ['legacy', 75]] },
    ],
  },
});
const keys = Array.from({ length: Number(process.env.FLAGS) }, (_, i) => `flag-${i}`);
const silent = { error() {}, warn() {}, info() {}, debug() {} };
const core = new FlagdCore(undefined, silent);
core.setConfigurations(JSON.stringify({ flags: Object.fromEntries(keys.map((key) => [key, flag(key)])) }));

const path = '/ofrep/v1/evaluate/flags';

function answer(url, context) {
  if (url !== path) {
    const key = url.slice(path.length + 1);
    const { value, variant, reason, flagMetadata } = core.resolveBooleanEvaluation(key, false, context, silent);
    return { key, value, variant, reason, metadata: flagMetadata };
  }
  return { flags: core.resolveAll(context, silent).map(({ flagKey, value, variant, reason, flagMetadata }) => ({ key: flagKey, value, variant, reason, metadata: flagMetadata })) };
}

createServer((request, response) => {
  if (!request.url.startsWith(path)) return void response.end('{}');
  let body = '';
  request.setEncoding('utf8').on('data', (text) => { body += text; }).on('end', () => {
    const text = JSON.stringify(answer(request.url, JSON.parse(body).context));
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }).end(text);
  });
}).listen(Number(process.env.PORT), '127.0.0.1');
