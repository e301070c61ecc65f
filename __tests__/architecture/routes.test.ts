import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import type { Operation } from '@/contracts/operation'
import { PUBLIC_PATHS } from '@/http/host'
import type { RouteHandler } from '@/http/route'
import { operations } from '../support/tenancy'

const API = path.resolve('src/app/api')
const FRAMEWORK_METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Routes that no operation stands behind, and why. */
const PUBLIC = new Map([
  ['/api/auth/[...nextauth]', 'where people sign in'],
  ['/api/auth/api-key/verify', 'a key asks about itself'],
  ['/api/health/live', 'for whoever supervises the process'],
  ['/api/health/ready', 'for load balancers'],
  ['/api/metrics', 'for Prometheus, which has a token of its own'],
  ['/api/openapi.json', 'the contract itself'],
  ['/api/secret-scanning/github', 'GitHub, which signs what it sends'],
  ['/api/v1/leaks', 'whoever finds a token'],
  ['/api/unsubscribe', 'for mail programs, by a signed link (RFC 8058)'],
  ['/api/[[...path]]', 'a problem document for every path that is nobody’s'],
])

type Tree = { path: string; methods: string[] }[]
type Registry = Pick<Operation, 'method' | 'path'>[]

const HOW = 'add its operation to a contract, and the contract to `resources` in src/keys.ts'

/**
 * Where the routes that exist and the operations that are registered differ, in words. Empty when they agree.
 */
function disagreements(tree: Tree, registry: Registry, open: ReadonlySet<string>): string[] {
  const wanted = new Map<string, Set<string>>()
  for (const operation of registry)
    wanted.set(operation.path, (wanted.get(operation.path) ?? new Set()).add(operation.method))
  const found = new Set(tree.map((route) => route.path))
  return [
    ...tree.flatMap((route) => {
      if (open.has(route.path))
        return wanted.has(route.path) ? [`${route.path} is public and registered`] : []
      const methods = wanted.get(route.path)
      if (!methods) return [`${route.path} is not registered: ${HOW}`]
      const extra = route.methods
        .filter((method) => !methods.has(method))
        .map((method) => `${method} ${route.path} is not registered: ${HOW}`)
      const missing = [...methods]
        .filter((method) => !route.methods.includes(method))
        .map((method) => `${method} ${route.path} is not implemented`)
      return [...extra, ...missing]
    }),
    ...[...wanted.keys()].filter((one) => !found.has(one)).map((one) => `${one} has no route file`),
    ...[...open]
      .filter((one) => !found.has(one))
      .map((one) => `${one} is listed as public and does not exist`),
  ]
}

type Module = Partial<Record<string, RouteHandler>>

/**
 * A route file's path as the registry writes it: `[id]` is `{id}`, and a folder in parentheses is no part of
 * it.
 */
const pathOf = (file: string) =>
  `/api/${path.relative(API, path.dirname(file))}`.replace(/\/\([^)]*\)/g, '').replace(/\[(\w+)\]/g, '{$1}')

const files = readdirSync(API, { recursive: true, encoding: 'utf8' })
  .filter((name) => /(^|\/)route\.(ts|tsx|js|jsx|mjs)$/.test(name))
  .map((name) => path.join(API, name))
const routes = files.map((file) => ({ path: pathOf(file), module: loadModule(file) }))

/**
 * The modules themselves are asked: what a method does shows in its answer to a request without credentials.
 */
function loadModule(file: string): Module {
  return require(file) as Module
}

const request = (target: string, method: string) =>
  new Request(`http://localhost:3000${target.replace('{id}', 'x')}`, { method })
const answer = (target: string, module: Module, method: string) =>
  module[method]!(request(target, method), { params: Promise.resolve({}) })

async function implemented(target: string, module: Module): Promise<string[]> {
  const methods = FRAMEWORK_METHODS.filter((method) => module[method])
  const answers = await Promise.all(
    methods.map(async (method) => ({ method, status: (await answer(target, module, method)).status })),
  )
  return answers.filter(({ status }) => status !== 405).map(({ method }) => method)
}

it('the door lets anyone through to the public routes, and names no path without one', () => {
  const beneath = PUBLIC_PATHS.filter((one) => one.endsWith('/*')).map((one) => one.slice(0, -1))
  const routed = [...PUBLIC.keys()].filter(
    (target) => !target.includes('[') && !beneath.some((one) => target.startsWith(one)),
  )
  expect(PUBLIC_PATHS.filter((one) => !one.endsWith('/*')).sort()).toEqual(routed.sort())
})

const guarded = routes.filter((route) => !PUBLIC.has(route.path))

it('routes and registry agree: path by path, method by method', async () => {
  const tree: Tree = []
  for (const route of routes) {
    const methods = PUBLIC.has(route.path) ? [] : await implemented(route.path, route.module)
    // HEAD is GET without its body (RFC 9110 §9.3.2).
    tree.push({ path: route.path, methods: methods.filter((method) => method !== 'HEAD') })
  }
  expect(disagreements(tree, Object.values(operations), new Set(PUBLIC.keys()))).toEqual([])
})

it.each(guarded)(
  'asks for credentials first, and answers every other method 405 with Allow: $path',
  async ({ path: target, module }) => {
    const registered = Object.values<Operation>(operations).filter((operation) => operation.path === target)
    const allowed = registered.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    for (const method of FRAMEWORK_METHODS) {
      const response = await answer(target, module, method)
      if (allowed.includes(method)) {
        expect({ method, status: response.status }).toEqual({ method, status: 401 })
        continue
      }
      expect({
        method,
        status: response.status,
        allow: response.headers.get('allow')?.split(', ').sort(),
      }).toEqual({
        method,
        status: 405,
        allow: allowed.sort(),
      })
      if (method !== 'HEAD')
        expect(await response.json()).toMatchObject({ code: 'method_not_allowed', status: 405 })
    }
  },
)

const health = routes.filter((route) => route.path.startsWith('/api/health/'))
it.each(health)(
  'answers every method but GET and HEAD 405 with Allow: $path',
  async ({ path: target, module }) => {
    for (const method of ['OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      expect(Object.keys(module)).toContain(method)
      const response = await answer(target, module, method)
      expect({ method, status: response.status, allow: response.headers.get('allow') }).toEqual({
        method,
        status: 405,
        allow: 'GET, HEAD',
      })
    }
  },
)

it('every export of a route file is a method or a setting that the framework knows', () => {
  const known = new Set<string>([...FRAMEWORK_METHODS, 'dynamic', 'runtime', 'revalidate', 'maxDuration'])
  for (const { path: target, module } of routes) {
    expect({ target, exports: Object.keys(module).filter((name) => !known.has(name)) }).toEqual({
      target,
      exports: [],
    })
  }
})

it('no handler of the API hides outside of api/, and none of pages/ exists', () => {
  expect(existsSync('pages') || existsSync('src/pages')).toBe(false)
  expect(
    readdirSync('src/app', { recursive: true, encoding: 'utf8' })
      .filter((name) => /(^|\/)route\.\w+$/.test(name) && !name.startsWith('api/'))
      .sort(),
    // What the docs' search reads, public text that no caller changes; and the cookie of the theme.
  ).toEqual(['docs/index.json/route.ts', 'theme/route.ts'])
})

describe('the registry', () => {
  it.each(Object.entries<Operation>(operations))(
    'asks CASL before it acts, unless it only says who calls: %s',
    (name, { can, scope, sessionOnly }) => {
      if (['whoami', 'revokeOwnKey'].includes(name)) return expect([can, scope]).toEqual([null, null])
      expect(can).toEqual([expect.any(String), expect.any(String)])
      if (sessionOnly) expect(scope).toBeNull()
      else expect(scope).toMatch(/^[a-z-]+:[a-z]+$/)
    },
  )

  it('holds no two operations of one method and path', () => {
    const places = Object.values<Operation>(operations).map(
      ({ method, path: target }) => `${method} ${target}`,
    )
    expect(places).toEqual([...new Set(places)])
  })

  it.each(Object.entries<Operation>(operations))(
    'describes what its path and method need: %s',
    (_, { method, path: target, params, body, status, response }) => {
      expect(Boolean(params)).toBe(target.includes('{'))
      if (method === 'GET') expect(body).toBeUndefined()
      expect(response === null).toBe(status === 204)
    },
  )
})

describe('this check itself', () => {
  const registry: Registry = [
    { method: 'GET', path: '/api/v1/things' },
    { method: 'POST', path: '/api/v1/things' },
  ]
  const good: Tree = [{ path: '/api/v1/things', methods: ['GET', 'POST'] }]

  it('is content with a tree that agrees', () => expect(disagreements(good, registry, new Set())).toEqual([]))

  it.each<[string, Tree, Registry, string[], string]>([
    [
      'a route that forgot to join',
      [...good, { path: '/api/v1/secrets', methods: ['GET'] }],
      registry,
      [],
      `/api/v1/secrets is not registered: ${HOW}`,
    ],
    [
      'a method that forgot to join',
      [{ path: '/api/v1/things', methods: ['GET', 'POST', 'DELETE'] }],
      registry,
      [],
      `DELETE /api/v1/things is not registered: ${HOW}`,
    ],
    [
      'a method that is not there',
      [{ path: '/api/v1/things', methods: ['GET'] }],
      registry,
      [],
      'POST /api/v1/things is not implemented',
    ],
    ['an operation without a route', [], registry, [], '/api/v1/things has no route file'],
    [
      'an operation that is listed as public',
      good,
      registry,
      ['/api/v1/things'],
      '/api/v1/things is public and registered',
    ],
    [
      'a public route that is gone',
      good,
      registry,
      ['/api/health'],
      '/api/health is listed as public and does not exist',
    ],
  ])('finds %s', (_, tree, known, open, finding) =>
    expect(disagreements(tree, known, new Set(open))).toEqual([finding]),
  )

  it('reads a file’s place as the registry writes it', () => {
    expect(pathOf(path.join(API, 'v1/api-keys/[id]/revoke/route.ts'))).toBe('/api/v1/api-keys/{id}/revoke')
    expect(pathOf(path.join(API, '(internal)/v1/x/route.ts'))).toBe('/api/v1/x')
  })
})
