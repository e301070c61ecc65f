// An OpenID provider on a free port of this machine; prints its issuer. Whoever signs in there is who they
// say they are, with that as their `sub`. A process of its own, because the provider is an ES module and
// jest's are not. SIGNED_BY: the algorithm of its tokens. DISCOVERY_MS: how long its discovery document
// takes.
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import Provider from 'oidc-provider'

const server = createServer().listen(0, '127.0.0.1')
await once(server, 'listening')
const issuer = `http://localhost:${server.address().port}`

const { SIGNED_BY = 'RS256', DISCOVERY_MS = '0' } = process.env
const KINDS = {
  RS: ['rsa', { modulusLength: 2048 }],
  PS: ['rsa', { modulusLength: 2048 }],
  ES: ['ec', { namedCurve: { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }[SIGNED_BY] }],
  Ed: ['ed25519', {}],
}
const { privateKey } = generateKeyPairSync(...KINDS[SIGNED_BY.slice(0, 2)])

const provider = new Provider(issuer, {
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', kid: 'of-this-test' }] },
  enabledJWA: { idTokenSigningAlgValues: [SIGNED_BY, 'HS256'] },
  clients: [
    {
      client_id: 'clubkeys',
      client_secret: 'a-secret-of-this-test',
      redirect_uris: ['http://localhost/api/auth/callback/oidc'],
      id_token_signed_response_alg: SIGNED_BY,
    },
  ],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  findAccount: (_context, sub) => ({
    accountId: sub,
    claims: () => ({ sub, email: `${sub}@example.test`, email_verified: true, name: sub }),
  }),
  cookies: { keys: ['a-key-of-this-test'] },
})
// The app's port is known only once it runs, and it is told this issuer when it starts.
provider.Client.prototype.redirectUriAllowed = (uri) =>
  /^http:\/\/localhost:\d+\/api\/auth\/callback\/oidc$/.test(uri)
server.on('request', async (request, response) => {
  if (request.url.startsWith('/.well-known/')) await sleep(Number(DISCOVERY_MS))
  provider.callback()(request, response)
})
process.stdout.write(`${issuer}\n`)
