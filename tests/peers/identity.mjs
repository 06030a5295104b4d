// A real OpenID provider (panva's oidc-provider) for tests: any password is right, keys rotate on demand.
// node identity.mjs CONFIGURATION    JSON: {audiences: {AUDIENCE: SCOPES}, clients: [...], without_audience: [CLIENT], people: {...}, token_lifetime_s}
import crypto from 'node:crypto';
import http from 'node:http';
import Provider, { errors } from 'oidc-provider';
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';
import { listen, readJson, sendJson } from './loopback.mjs';

const { audiences, clients, without_audience: withoutAudience, people, token_lifetime_s: lifetime } = JSON.parse(process.argv[2]);
const scopes = new Set(Object.values(audiences).flatMap((list) => list.split(' ')));

let keyCount = 0;
function newKey() {
  const { privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
  keyCount += 1;
  return { ...privateKey.export({ format: 'jwk' }), kid: `key-${keyCount}`, use: 'sig', alg: 'RS256' };
}

function resourceServer(context, audience) {
  if (!(audience in audiences)) throw new errors.InvalidTarget();
  const jwt = { sign: { alg: 'RS256', kid: keys[0].kid } };
  return { scope: audiences[audience], audience, accessTokenFormat: 'jwt', accessTokenTTL: lifetime, jwt };
}

const memory = createMemoryAdapter(0); // outlives a rotation, and with it who is signed in

function makeProvider() {
  const provider = new Provider(issuer, {
    adapter: memory,
    jwks: { keys },
    clients,
    scopes: ['openid', 'profile', 'offline_access', ...scopes],
    claims: { openid: ['sub'], profile: ['name', 'roles'] },
    findAccount: (context, id) =>
      people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) },
    extraTokenClaims: (context, token) => ({ roles: people[token.accountId]?.roles ?? [] }),
    enabledJWA: { clientAuthSigningAlgValues: ['RS384', 'ES384'] },
    pkce: { required: () => true },
    cookies: { keys: ['only-for-tests'] },
    // The product's own guard, left out here: it lets nobody be called on a loopback address.
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
    features: {
      devInteractions: { enabled: true },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: true },
      backchannelLogout: { enabled: true },
      resourceIndicators: {
        enabled: true,
        // Without an audience, the ID token says no more than who it is, and the rest is at the userinfo endpoint.
        defaultResource: (context, client) => (withoutAudience.includes(client.clientId) ? undefined : Object.keys(audiences)[0]),
        useGrantedResource: () => true,
        getResourceServerInfo: resourceServer,
      },
    },
    ttl: { AccessToken: lifetime, ClientCredentials: lifetime, IdToken: 300, Grant: 3600, Interaction: 600, Session: 3600 },
  });
  return provider.callback();
}

let keys = [newKey()];
let issuer;
let provider;

/** Signs with a new key from now on. What the old one signed stays good, unless it is to be forgotten. */
async function rotate(request, response) {
  const { forget } = (await readJson(request)) ?? {};
  keys = [newKey(), ...(forget ? [] : keys)];
  provider = makeProvider();
  sendJson(response, 200, { kid: keys[0].kid });
}

listen(
  http.createServer((request, response) => {
    if (request.url === '/control/rotate') return rotate(request, response);
    return provider(request, response);
  }),
  (url) => {
    issuer = url;
    provider = makeProvider();
  },
);
