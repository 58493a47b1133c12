// A certified OpenID Connect provider on loopback, driven over standard input: one JSON command a line, one JSON answer a line.
// The tests use its real discovery document, key set, token endpoint and sign-in, at which the person of the test is there at once.
import { createInterface } from 'node:readline';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import Provider from 'oidc-provider';

const port = Number(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const keys = [];
let server;
let person = { sub: 'nobody' };

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
    }, {
      // A native client: its loopback address may have any port.
      client_id: 'dashboard', client_secret: 'a-secret-of-the-dashboard', application_type: 'native', grant_types: ['authorization_code'],
      response_types: ['code'], redirect_uris: ['http://127.0.0.1/sign-in/callback'], token_endpoint_auth_method: 'client_secret_post',
    }, {
      // The command line: a public client that a person signs in for on another device.
      client_id: 'rollout', application_type: 'native', grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
      response_types: [], redirect_uris: [], token_endpoint_auth_method: 'none',
    }],
    claims: { openid: ['sub'], profile: ['name', 'roles', 'environment'] },
    conformIdTokenClaims: false,
    findAccount: (ctx, id) => ({ accountId: id, claims: async () => ({ ...person, sub: id }) }),
    interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => 'https://rollouts.test',
        getResourceServerInfo: (_, audience) => ({ audience, scope: 'api', accessTokenFormat: 'jwt', accessTokenTTL: 3600, jwt: { sign: { alg: 'RS256' } } }),
      },
    },
    // A test says which claims the token has, wrong ones included; the signature is the provider's own. A token of a person has theirs.
    formats: {
      customizers: {
        jwt: (ctx, token, jwt) => Object.assign(
          jwt.payload, token.accountId ? { ...person, sub: token.accountId } : {}, JSON.parse(ctx.oidc.body?.claims_of_the_test ?? '{}')),
      },
    },
  });
  made.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) {
      return next();
    }

    const { prompt, session, params } = await made.interactionDetails(ctx.req, ctx.res);
    let result = { login: { accountId: person.sub } };
    if (prompt.name === 'consent') {
      const grant = new made.Grant({ accountId: session.accountId, clientId: params.client_id });
      grant.addOIDCScope(params.scope);
      result = { consent: { grantId: await grant.save() } };
    }

    ctx.redirect(await made.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: true }));
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
  // The person who signs in from now on, with these claims.
  async person(claims) { person = JSON.parse(claims); return {}; },
};

newKey();
await listen();
console.log(JSON.stringify({ issuer }));
for await (const line of createInterface({ input: process.stdin })) {
  const [, command, argument] = /^(\w+) ?(.*)$/.exec(line.trim());
  console.log(JSON.stringify(await commands[command](argument)));
}

process.exit(0);
