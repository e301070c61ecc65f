// An OpenID provider on a free port of this machine; prints its issuer. Whoever signs in there is who he
// says, with that as his `sub`. A process of its own, because the provider is an ES module and jest's are
// not.
import { once } from 'node:events'
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

const server = createServer().listen(0, '127.0.0.1')
await once(server, 'listening')
const issuer = `http://localhost:${server.address().port}`

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'clubkeys',
      client_secret: 'a-secret-of-this-test',
      redirect_uris: ['http://localhost/api/auth/callback/oidc'],
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
server.on('request', (request, response) => void provider.callback()(request, response))
process.stdout.write(`${issuer}\n`)
