// A certified OpenID Connect provider on loopback, driven over standard input: one JSON command a line, one JSON answer a line.
// The tests use its real discovery document, key set and token endpoint.
import { createInterface } from 'node:readline';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import Provider from 'oidc-provider';

const port = Number(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const keys = [];
let server;

function newKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  keys.unshift({ ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' });
}

function provider() {
  const made = new Provider(issuer, {
    jwks: { keys },
    clients: [{
      client_id: 'tests', client_secret: 'a-secret-of-the-tests', grant_types: ['client_credentials'], redirect_uris: [], response_types: [],
      token_endpoint_auth_method: 'client_secret_post',
    }],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => 'https://rollouts.test',
        getResourceServerInfo: (_, audience) => ({ audience, scope: 'api', accessTokenFormat: 'jwt', accessTokenTTL: 3600, jwt: { sign: { alg: 'RS256' } } }),
      },
    },
    // A test says which claims the token has, wrong ones included; the signature is the provider's own.
    formats: { customizers: { jwt: (ctx, _, jwt) => Object.assign(jwt.payload, JSON.parse(ctx.oidc.body?.claims_of_the_test ?? '{}')) } },
  });
  return made;
}

function listen() {
  return new Promise((resolve) => { server = provider().listen(port, '127.0.0.1', resolve); });
}

function close() {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
}

const commands = {
  // A new key signs from now on; the old ones stay published.
  async rotate() { newKey(); await close(); await listen(); return {}; },
  // Only the newest key is published.
  async withdraw() { keys.length = 1; await close(); await listen(); return {}; },
  async stop() { await close(); return {}; },
  async start() { await listen(); return {}; },
};

newKey();
await listen();
console.log(JSON.stringify({ issuer }));
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await commands[line.trim()]()));
}

process.exit(0);
