import { definition } from '@/contracts/definition'
import { verifyApiKey } from '@/contracts/key-verification'
import { githubAlerts, leakReport } from '@/contracts/leaks'
import { keys } from '@/keys'
import { scopesOf } from '@/lib/permissions/scopes'
import { makeKey } from '../../__tests__/support/club'
import type { Attack } from '../attack'
import { enter, withKey } from '../callers'
import { checks } from '../checks'

// A scope that opens nothing promises what it does not keep; a path that is public and answers nobody hides
// behind its name.

type Documented = {
  paths: Record<
    string,
    Record<string, { security?: Record<string, string[]>[]; description?: string } & Record<string, unknown>>
  >
}
/** A call that each scope opens, by its contract. Nothing is sent: past the scope that is a 422 at most. */
function opens(scope: string): [method: string, path: string, body?: unknown] {
  const operations = Object.values(definition().operations)
  const found = operations.find((one) => one.scope === scope && !one.path.includes('{id}'))
  if (!found) throw new Error(`no call without an id needs ${scope}`)
  // Of an unknown token: a caller may ask about its own.
  const body = found.form ? new URLSearchParams({ token: 'one-that-nobody-knows' }) : found.body && {}
  return [found.method, found.path.replace('/api/v1/', ''), body]
}

export const scopes: Attack[] = [
  {
    kind: 'scope',
    tried: 'each scope alone, and every other one without it',
    run: async (stage) => {
      const { must, done } = checks()
      const { server } = stage
      const { home } = await enter(server)
      for (const scope of keys.scopes) {
        const owner = scopesOf(home.admin.roles).includes(scope) ? home.admin : home.coach
        const { token } = await makeKey(owner, { scopes: [scope] })
        const call = withKey(server, token)
        for (const name of keys.scopes) {
          const [method, path, body] = opens(name)
          const { status } = await call(method, path, body)
          // Nobody's id is 422: past the scope.
          if (name === scope) must(`${scope} opens ${method} ${path}`, [200, 201, 422].includes(status), true)
          else must(`${scope} opens ${method} ${path}`, status, 403)
        }
        must(`${scope}: who it is`, (await call('GET', 'whoami')).status, 200)
      }
      return done()
    },
  },
  {
    kind: 'scope',
    tried: 'scopes that are granted beyond what the owner’s roles hold',
    run: async (stage) => {
      const { must, done } = checks()
      const { server } = stage
      for (const role of ['coach', 'athlete'] as const) {
        const { asks } = await enter(server, role)
        for (const scope of keys.scopes) {
          const made = await asks('POST', 'api-keys', { name: 'x', scopes: [scope] })
          if (made.status !== 201) {
            must(`${role} asks for ${scope}`, [403, 422].includes(made.status), true)
            continue
          }
          const call = withKey(server, (made.json() as { key: string }).key)
          const { status } = await call(...opens(scope))
          must(`${role}’s ${scope} opens something`, [200, 201, 422].includes(status), true)
        }
      }
      return done()
    },
  },
  {
    kind: 'scope',
    tried: 'every operation of the published document, with a key that holds all scopes and with none',
    run: async (stage) => {
      const { must, done } = checks()
      const { server } = stage
      const { home } = await enter(server)
      const held = await Promise.all(
        keys.roles.map((role) =>
          makeKey({ CLUB_ADMIN: home.admin, COACH: home.coach, ATHLETE: home.athlete }[role]),
        ),
      )
      const { paths } = (await server.send({ path: '/api/openapi.json' })).json() as unknown as Documented
      for (const [path, methods] of Object.entries(paths))
        for (const method of Object.keys(methods).filter((name) =>
          /^(get|post|patch|put|delete)$/.test(name),
        )) {
          const target = path.replace('/api/v1/', '').replace('{id}', '00000000-0000-4000-8000-000000000000')
          const what = `${method.toUpperCase()} ${path}`
          const anonymous = await server.send({
            method: method.toUpperCase(),
            path: path.replace('{id}', 'x'),
          })
          // One that anybody may do wants its input; others are not there until the operator asks for them.
          const isOpen =
            [verifyApiKey.path, leakReport.path].includes(path as never) ||
            (['/api/metrics', githubAlerts.path].includes(path) && anonymous.status === 404)
          must(`${what}: to nobody`, anonymous.status < 400 || isOpen || anonymous.status === 401, true)
          if (!path.startsWith('/api/v1/')) continue
          const statuses = await Promise.all(
            held.map(
              async ({ token }) =>
                (
                  await withKey(server, token)(
                    method.toUpperCase(),
                    target,
                    method === 'get' || method === 'delete' ? undefined : {},
                  )
                ).status,
            ),
          )
          must(`${what}: no method of it`, statuses.includes(405), false)
          must(
            `${what}: fails`,
            statuses.some((status) => status >= 500),
            false,
          )
        }
      return done(`${Object.keys(paths).length} paths`)
    },
  },
  {
    kind: 'scope',
    tried: 'what is public, and what looks as if it were',
    run: async (stage) => {
      const { must, done } = checks()
      const { server } = stage
      for (const path of ['/api/health/live', '/api/health/ready', '/api/openapi.json'])
        for (const method of ['GET', 'HEAD'])
          must(`${method} ${path}`, (await server.send({ method, path })).status, 200)
      for (const path of ['/api/auth/csrf', '/api/auth/providers', '/api/auth/session'])
        must(path, (await server.send({ path })).status, 200)
      for (const path of [
        '/api/metrics',
        '/api/health',
        '/api/health/live/x',
        '/api/health/live/',
        '/api/openapi.json/x',
        '/api/openapi.yaml',
        '/api/v1',
        '/api/v2/whoami',
        '/api/introspect',
        '/api/HEALTH/LIVE',
        '/api/auth/api-key/verify',
        '/api/auth/verify-request',
        '/api/auth/nothing',
        '/api/auth',
      ]) {
        const { status } = await server.send({ path })
        must(path, [308, 401, 404].includes(status), true)
      }
      return done()
    },
  },
]
