import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Operation } from '@/contracts/operation'
import { useApi } from '../support/api'
import { comparable, expectNamed, expectProblem } from '../support/answers'
import { makeKey, makePractice, makeServiceAccount, twoClubs, useDatabase } from '../support/club'
import { bodyOf, targetFor, useCallers } from '../support/fixtures'
import { inputSchema, queries } from '../support/input'
import { useRows } from '../support/rows'
import { operations } from '../support/tenancy'

const database = useDatabase()
const server = useApi(database.url)
const rows = useRows(database.directUrl)

let clubs: Awaited<ReturnType<typeof twoClubs>>
let practice: { id: string }
let foreignPractice: { id: string; startsAt: Date }
beforeAll(async () => {
  clubs = await twoClubs()
  practice = await makePractice(clubs.home.coach)
  foreignPractice = await makePractice(clubs.rival.coach, 'PUBLISHED', new Date('2027-03-01T19:00:00Z'))
})

const get = (path: string, token: string) => server().call('GET', path, token)
const encode = (...values: string[]) => Buffer.from(JSON.stringify(values)).toString('base64url')
const body = { name: 'ci', scopes: ['practices:read'] }

describe('G3: a foreign id in a body', () => {
  it.each(['admin', 'coach', 'athlete'] as const)(
    'gets the words of a missing one, and makes nothing: ownerId, %s',
    async (role) => {
      const { home, rival } = clubs
      const strangers = [
        rival[role].userId,
        rival.clubId,
        rival.keys[role].id,
        foreignPractice.id,
        home.clubId,
        practice.id,
        randomUUID(),
      ]
      const accounts = [
        await makeServiceAccount(home.clubId, ['CLUB_ADMIN']),
        await makeServiceAccount(rival.clubId, ['CLUB_ADMIN']),
      ]
      strangers.push(...accounts.flatMap(({ id, userId }) => [id, userId]))
      const mates = [home.admin, home.coach, home.athlete]
        .map(({ userId }) => userId)
        .filter((id) => id !== home[role].userId)
      const before = await rows.all()
      const answers = []
      for (const ownerId of [...strangers, ...mates])
        answers.push(
          await server().call('POST', '/api/v1/api-keys', home.keys[role].token, { ...body, ownerId }),
        )
      answers.forEach((answer) => expectNamed(answer, 'ownerId'))
      expect(new Set(answers.map(comparable)).size).toBe(1)
      expect(await rows.all()).toEqual(before)
    },
  )
})

describe('G3: a foreign row in a cursor', () => {
  it.each([
    ['/api/v1/practices', 'Practice', 'startsAt'],
    ['/api/v1/api-keys', 'ApiKey', 'createdAt'],
    ['/api/v1/members', 'Membership', 'joinedAt'],
    ['/api/v1/audit-events', 'AuditEvent', 'at'],
  ])('is refused like a missing one: %s', async (path, table, time) => {
    const { home, rival } = clubs
    const { rows: theirs } = await rows.query<{ id: string; at: Date }>(
      `SELECT "id", "${time}" AS at FROM "${table}" WHERE "clubId" = $1`,
      [rival.clubId],
    )
    expect(theirs.length).toBeGreaterThan(0)
    for (const { id, at } of theirs) {
      for (const role of ['admin', 'coach', 'athlete'] as const) {
        const page = (last: string) =>
          get(`${path}?cursor=${encode(at.toISOString(), last)}`, home.keys[role].token)
        const [foreign, missing] = [await page(id), await page(randomUUID())]
        expect(foreign.status).toBe(path.endsWith('audit-events') && role !== 'admin' ? 403 : 422)
        expect(comparable(foreign)).toBe(comparable(missing))
        for (const { userId } of [rival.admin, rival.coach, rival.athlete])
          expect(foreign.body).not.toContain(userId)
      }
    }
  })

  it.each(['/api/v1/practices', '/api/v1/api-keys'])(
    'of another club’s own page is worth nothing here: %s',
    async (path) => {
      const { home, rival } = clubs
      for (let i = 0; i < 3; i++)
        await makePractice(rival.coach, 'PUBLISHED', new Date(Date.UTC(2020, 0, 1 + i)))
      for (let i = 0; i < 3; i++) await makeKey(rival.admin)
      const theirs = await get(`${path}?limit=2`, rival.keys.admin.token)
      expect(theirs.json().nextCursor).not.toBeNull()
      const answer = await get(`${path}?cursor=${theirs.json().nextCursor as string}`, home.keys.admin.token)
      expectNamed(answer, 'cursor')
    },
  )
})

describe('G3: a foreign id in a filter', () => {
  it.each(['clubId', 'club', 'userId', 'createdById', 'id', 'tenant', 'where', 'include', 'select'])(
    'is no field: ?%s=',
    async (field) => {
      const { home, rival } = clubs
      for (const path of ['/api/v1/practices', '/api/v1/api-keys']) {
        const answers = []
        for (const id of [rival.clubId, rival.coach.userId, foreignPractice.id, randomUUID()])
          answers.push(await get(`${path}?${field}=${id}`, home.keys.admin.token))
        answers.forEach((answer) => expectNamed(answer, field))
        expect(new Set(answers.map(comparable)).size).toBe(1)
      }
    },
  )

  const idFilters = queries.flatMap(({ operation: { path }, schema }) =>
    Object.entries(inputSchema(schema).properties ?? {}).flatMap(([field, { format }]) =>
      format === 'uuid' ? [{ path, field }] : [],
    ),
  )
  it.each(idFilters)('finds as much as a missing one, nothing: $path?$field=', async ({ path, field }) => {
    const { home, rival } = clubs
    const answers = []
    for (const id of [
      rival.clubId,
      rival.admin.userId,
      rival.coach.userId,
      rival.keys.coach.id,
      foreignPractice.id,
      randomUUID(),
    ]) {
      answers.push(await get(`${path}?${field}=${id}`, home.keys.admin.token))
    }
    // A list holds nothing; a count has its times, and nothing in them.
    const { data, total } = answers[0]!.json() as { data: unknown[]; total?: Record<string, number> }
    if (total === undefined) expect(data).toEqual([])
    else expect(Object.values(total)).toEqual([0, 0, 0, 0])
    expect(new Set(answers.map(comparable)).size).toBe(1)
  })

  it('finds nothing of another club by time or status', async () => {
    const { home } = clubs
    const at = foreignPractice.startsAt.toISOString()
    for (const query of [
      `from=${at}`,
      `from=${at}&to=2999-01-01T00:00:00Z`,
      'to=2020-12-31T00:00:00Z',
      'status=PUBLISHED',
      'status=DRAFT',
      'limit=100',
    ]) {
      const answer = await get(`/api/v1/practices?${query}`, home.keys.admin.token)
      expect(answer.status).toBe(200)
      for (const { id } of answer.json().data as { id: string }[]) expect(id).toBe(practice.id)
    }
  })
})

describe('G3: a club named anywhere but by the key', () => {
  const callerOf = useCallers()
  const club = () => clubs.rival.clubId
  const NAMES = [
    'clubId',
    'club',
    'club_id',
    'userId',
    'ownerId',
    'createdById',
    'tenantId',
    'id',
    'organizationId',
  ]

  it.each(
    Object.entries<Operation>(operations).filter(
      ([, { body: schema, sessionOnly }]) => schema && !sessionOnly,
    ),
  )('in a body is an unknown field: %s', async (name, operation) => {
    const { member, token } = await callerOf(name)
    const sample = await bodyOf(name, member)
    const target = await targetFor(name, operation, member)
    const before = await rows.all()
    for (const field of NAMES) {
      if (field === 'ownerId' && operation.path === '/api/v1/api-keys') continue
      const body = operation.form
        ? new URLSearchParams([...(sample as unknown as URLSearchParams), [field, club()]])
        : { ...sample, [field]: club() }
      expectNamed(await server().call(operation.method, target, token, body), field)
    }
    expect(await rows.all()).toEqual(before)
  })

  it.each<[string, () => [string, string][]]>([
    [
      'identity headers',
      () => [
        ['X-Api-Key-Club-Id', club()],
        ['X-Api-Key-User-Id', clubs.rival.admin.userId],
        ['X-Auth-Type', 'api-key'],
      ],
    ],
    [
      'tenant headers',
      () => [
        ['X-Tenant-Id', club()],
        ['X-Club-Id', club()],
        ['X-Organization', club()],
        ['Club', clubs.rival.slug],
      ],
    ],
    [
      'cookies',
      () => [
        [
          'Cookie',
          `club=${clubs.rival.slug}; clubId=${club()}; next-auth.session-token=x.y.z; __Secure-next-auth.session-token=x`,
        ],
      ],
    ],
    [
      'the framework’s headers',
      () => [
        ['X-Matched-Path', `/api/v1/practices/${foreignPractice.id}`],
        ['X-Now-Route-Matches', `1=${foreignPractice.id}`],
        ['X-Invoke-Path', '/api/v1/practices'],
        ['X-Middleware-Rewrite', `/api/v1/practices/${foreignPractice.id}`],
        ['X-Middleware-Override-Headers', 'x-api-key-club-id'],
        ['X-Middleware-Request-X-Api-Key-Club-Id', club()],
        ['X-Middleware-Subrequest', 'middleware:src/middleware'],
        ['X-Forwarded-Host', `${clubs.rival.slug}.example`],
      ],
    ],
    [
      'another method',
      () => [
        ['X-HTTP-Method-Override', 'DELETE'],
        ['X-Original-Url', `/api/v1/practices/${foreignPractice.id}`],
        ['X-Rewrite-Url', '/'],
      ],
    ],
  ])('in %s moves nothing', async (_, headers) => {
    const { home } = clubs
    const plain = [['Authorization', `Bearer ${home.keys.admin.token}`]] as const
    for (const path of [
      '/api/v1/whoami',
      '/api/v1/practices',
      '/api/v1/api-keys',
      `/api/v1/practices/${practice.id}`,
      `/api/v1/practices/${foreignPractice.id}`,
    ]) {
      const [usual, smuggled] = [
        await server().send({ path, headers: [...plain] }),
        await server().send({ path, headers: [...plain, ...headers()] }),
      ]
      expect(comparable(smuggled)).toBe(comparable(usual))
    }
  })

  it('in X-Club with a key is 400, whichever club it names', async () => {
    const { home, rival } = clubs
    for (const slug of [rival.slug, home.slug, 'nobodys', '']) {
      for (const header of [
        ['Authorization', `Bearer ${home.keys.admin.token}`],
        ['X-API-Key', home.keys.admin.token],
      ] as [string, string][]) {
        expectProblem(
          await server().send({ path: '/api/v1/whoami', headers: [header, ['X-Club', slug]] }),
          'invalid_request',
        )
      }
    }
  })

  it('in the query moves nothing', async () => {
    const { home, rival } = clubs
    const { token } = home.keys.admin
    const usual = [await get('/api/v1/whoami', token), await get(`/api/v1/practices/${practice.id}`, token)]
    for (const query of [
      `clubId=${club()}`,
      `club=${rival.slug}`,
      `userId=${rival.admin.userId}`,
      `id=${foreignPractice.id}`,
      `nxtPid=${foreignPractice.id}`,
      `nxtIid=${foreignPractice.id}`,
    ]) {
      const asked = [
        await get(`/api/v1/whoami?${query}`, token),
        await get(`/api/v1/practices/${practice.id}?${query}`, token),
      ]
      expect(asked.map(comparable)).toEqual(usual.map(comparable))
    }
  })

  it('in the path leads nowhere', async () => {
    const { home, rival } = clubs
    for (const path of [
      `/api/v1/clubs/${rival.slug}/practices`,
      `/api/v1/${rival.clubId}/practices`,
      `/api/v1/practices/${practice.id}/${foreignPractice.id}`,
      `/api/v1/practices/${practice.id}%2F..%2F${foreignPractice.id}`,
      `/api/v1/practices/${practice.id},${foreignPractice.id}`,
      `/api/v1/practices/${practice.id}%00${foreignPractice.id}`,
      `/api/v1/practices/${practice.id}%0A${foreignPractice.id}`,
    ]) {
      expectProblem(await get(path, home.keys.admin.token), 'not_found')
    }
  })

  it('by the request before it on the same connection is forgotten', async () => {
    const { home, rival } = clubs
    const ask = (token: string, last: string) =>
      `GET /api/v1/whoami HTTP/1.1\r\nHost: x\r\nConnection: ${last}\r\n${token && `Authorization: Bearer ${token}\r\n`}\r\n`
    const tokens = [
      home.keys.admin.token,
      rival.keys.admin.token,
      home.keys.coach.token,
      rival.keys.coach.token,
    ]
    const bytes = [...tokens.map((token) => ask(token, 'keep-alive')), ask('', 'close')].join('')
    const socket = connect(server().port, '127.0.0.1', () => socket.write(bytes))
    const all = await text(socket)
    const said = [...all.matchAll(/"club":\{"id":"([0-9a-f-]{36})/g)].map(([, id]) => id)
    expect(said).toEqual([home.clubId, rival.clubId, home.clubId, rival.clubId])
    expect(all).toContain('missing_credentials')
  })
})
