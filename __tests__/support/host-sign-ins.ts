import { createHmac, generateKeyPairSync, randomUUID, scryptSync, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { encode } from 'next-auth/jwt'
import { ask } from './embedded'
import { originOf } from './browser'
import type { Server } from './server'

// How the people of fixtures/sign-ins sign in, by each library's own routes, and what somebody who may not
// would send instead.

const PASSWORD = 'correct horse battery staple'
const SECRET = 'of-the-shop-of-the-shop-of-the-shop-of-the-shop'
const OTHER_SECRET = SECRET.replaceAll('shop', 'thief')
const HOUR_MS = 3_600_000

/** `id`: the app's own, which is none of the layer's. */
export type Person = { id: string; email: string }
/** A cookie header. */
type Cookie = string

export type SignIns = {
  env: () => Record<string, string>
  /** Takes a person in, as the app does. @param keyUser which user of the layer they are; null: none */
  register: (server: Server, keyUser: string | null) => Promise<Person>
  signIn: (server: Server, person: Person) => Promise<Cookie>
  signOut: (server: Server, cookie: Cookie) => Promise<void>
  /** Cookies that were made, changed or kept by who is not that person (any more). */
  bad: (server: Server, person: Person) => Promise<[string, Cookie][]>
  /** Of a person who proved an hour ago who they are. */
  old: (server: Server, person: Person) => Promise<Cookie>
}

/** The tables that the app has beside the layer's. */
export async function makeShop(database: string): Promise<void> {
  await ask(database, 'CREATE SCHEMA shop')
  await ask(
    database,
    'CREATE TABLE shop.person (id text PRIMARY KEY, email text, password text, key_user uuid)',
  )
  await ask(database, 'CREATE TABLE shop.sign_in (id uuid PRIMARY KEY, person text)')
}

async function addPerson(database: string, person: Person, keyUser: string | null): Promise<Person> {
  const password = `salt:${scryptSync(PASSWORD, 'salt', 32).toString('hex')}`
  const values = [person.id, person.email, password, keyUser]
  await ask(database, 'INSERT INTO shop.person VALUES ($1, $2, $3, $4)', values)
  return person
}

const somebody = (): Person => ({
  id: `cuid_${randomUUID().slice(0, 8)}`,
  email: `${randomUUID()}@shop.test`,
})

/** The cookies that an answer sets, on top of those that were sent. */
function kept(answer: Response, sent: Cookie = ''): Cookie {
  const jar = new Map(sent.split('; ').filter(Boolean).map(pairOf))
  for (const line of answer.headers.getSetCookie()) {
    const [name, value] = pairOf(line.split(';')[0]!)
    if (value === '') jar.delete(name)
    else jar.set(name, value)
  }
  return [...jar].map((pair) => pair.join('=')).join('; ')
}
const pairOf = (pair: string) =>
  [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const

const post = (server: Server, target: string, body: Record<string, unknown>, cookie: Cookie = '') =>
  fetch(`${originOf(server)}${target}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/json', origin: originOf(server), cookie },
    body: JSON.stringify(body),
  })

/** next-auth 4 and 5 have the same routes. */
export async function postWithCsrf(
  server: Server,
  target: string,
  fields: Record<string, unknown>,
  cookie: Cookie = '',
): Promise<Cookie> {
  const asked = await fetch(`${originOf(server)}/api/auth/csrf`, { headers: { cookie } })
  const { csrfToken } = (await asked.json()) as { csrfToken: string }
  const sent = kept(asked, cookie)
  return kept(await post(server, target, { ...fields, csrfToken }, sent), sent)
}

type Minted = { signIn: { id: string; at: number; person: string } }
type Mint = (token: Minted, secret: string, maxAge: number) => string | Promise<string>

function nextAuths(name: string, cookieName: string, mint: Mint, database: () => string): SignIns {
  const minted = async (token: Minted, secret = SECRET, maxAge = 3_600) =>
    `${cookieName}=${await mint(token, secret, maxAge)}`
  const begun = async ({ id: person }: Person, at = Date.now()): Promise<Minted> => {
    const id = randomUUID()
    await ask(database(), 'INSERT INTO shop.sign_in VALUES ($1, $2)', [id, person])
    return { signIn: { id, at, person } }
  }
  return {
    env: () => ({ SIGN_INS: name, AUTH_SECRET: SECRET, NEXTAUTH_SECRET: SECRET, AUTH_TRUST_HOST: 'yes' }),
    register: (_, keyUser) => addPerson(database(), somebody(), keyUser),
    signIn: (server, { email }) =>
      postWithCsrf(server, '/api/auth/callback/credentials', { email, password: PASSWORD }),
    signOut: async (server, cookie) => void (await postWithCsrf(server, '/api/auth/signout', {}, cookie)),
    bad: async (server, person) => {
      const good = await postWithCsrf(server, '/api/auth/callback/credentials', {
        email: person.email,
        password: PASSWORD,
      })
      const token = await begun(person)
      return [
        ['altered', altered(good, cookieName)],
        ['sealed under another secret', await minted(token, OTHER_SECRET)],
        ['past its end', await minted(token, SECRET, -120)],
        ['of a sign-in that never was', await minted({ signIn: { ...token.signIn, id: randomUUID() } })],
        [
          'made by a wrong password',
          await postWithCsrf(server, '/api/auth/callback/credentials', {
            email: person.email,
            password: 'wrong',
          }),
        ],
      ]
    },
    old: async (_, person) => minted(await begun(person, Date.now() - HOUR_MS)),
  }
}

function altered(cookie: Cookie, name: string): Cookie {
  const parts = cookie.split('; ').map((pair) => {
    if (!pair.startsWith(`${name}=`)) return pair
    const at = Math.floor((name.length + pair.length) / 2)
    return `${pair.slice(0, at)}${pair[at] === 'A' ? 'B' : 'A'}${pair.slice(at + 1)}`
  })
  return parts.join('; ')
}

const nextAuth4 = (database: () => string) =>
  nextAuths(
    'next-auth',
    'next-auth.session-token',
    (token, secret, maxAge) => encode({ token, secret, maxAge }),
    database,
  )

const authjs = (database: () => string) => nextAuths('authjs', 'authjs.session-token', mintAuthjs, database)

/** In a process of its own, because jest loads no ES modules. */
function mintAuthjs(token: Minted, secret: string, maxAge: number): string {
  const folder = path.resolve(__dirname, '../../fixtures/sign-ins')
  const program = `import { encode } from 'authjs/jwt'
    process.stdout.write(await encode({ ...JSON.parse(process.argv[1]), salt: 'authjs.session-token' }))`
  const args = ['--input-type=module', '--eval', program, JSON.stringify({ token, secret, maxAge })]
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return stdout
}

function betterAuth(database: () => string): SignIns {
  const NAME = 'better-auth.session_token'
  const signIn = async (server: Server, { email }: Person) =>
    kept(await post(server, '/api/auth/sign-in/email', { email, password: PASSWORD }))
  const after = async (server: Server, person: Person, change: string) => {
    const cookie = await signIn(server, person)
    const [token] = valueIn(cookie).split('.')
    await ask(database(), `UPDATE shop.session SET ${change} WHERE token = $1`, [token])
    return cookie
  }
  const valueIn = (cookie: Cookie) =>
    decodeURIComponent(
      cookie
        .split('; ')
        .find((pair) => pair.startsWith(`${NAME}=`))!
        .slice(NAME.length + 1),
    )
  const signed = (token: string, secret: string) =>
    `${NAME}=${encodeURIComponent(`${token}.${createHmac('sha256', secret).update(token).digest('base64')}`)}`
  return {
    env: () => ({ SIGN_INS: 'better-auth', BETTER_AUTH_SECRET: SECRET }),
    register: async (server, keyUser) => {
      const { email } = somebody()
      const made = await post(server, '/api/auth/sign-up/email', {
        email,
        name: 'Somebody',
        password: PASSWORD,
      })
      const { user } = (await made.json()) as { user: { id: string } }
      return addPerson(database(), { id: user.id, email }, keyUser)
    },
    signIn,
    signOut: async (server, cookie) => void (await post(server, '/api/auth/sign-out', {}, cookie)),
    bad: async (server, person) => {
      const good = await signIn(server, person)
      const [token = ''] = valueIn(good).split('.')
      return [
        ['altered', altered(good, NAME)],
        ['signed under another secret', signed(token, OTHER_SECRET)],
        ['not signed', `${NAME}=${token}`],
        ['past its end', await after(server, person, `"expiresAt" = now() - interval '1 minute'`)],
        ['of a session that never was', signed('x'.repeat(32), SECRET)],
        [
          'made by a wrong password',
          kept(
            await post(server, '/api/auth/sign-in/email', { email: person.email, password: 'wrong wrong' }),
          ),
        ],
      ]
    },
    old: (server, person) => after(server, person, `"createdAt" = now() - interval '1 hour'`),
  }
}

export const LIBRARIES: Record<string, (database: () => string) => SignIns> = {
  'next-auth 4': nextAuth4,
  'Auth.js 5': authjs,
  'Better Auth': betterAuth,
}

type Claims = Record<string, unknown>

/**
 * Stands in for Clerk, whose service nobody reaches from here: tokens in the form of its own, which its real SDK
 * verifies, and the one answer of its API that the app asks for.
 */
export async function makeClerk() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const ended = new Set<string>()
  const api = createServer((request, response) => {
    const id = request.url?.split('/').at(-1) ?? ''
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({
        object: 'session',
        id,
        status: ended.has(id) ? 'ended' : 'active',
        user_id: 'user_x',
      }),
    )
  })
  await new Promise<void>((listening) => api.listen(0, '127.0.0.1', listening))
  const env = {
    SIGN_INS: 'clerk',
    CLERK_API_URL: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
    CLERK_SECRET_KEY: 'sk_live_ofTheTest',
    CLERK_PUBLISHABLE_KEY: `pk_live_${Buffer.from('clerk.shop.example$').toString('base64')}`,
    CLERK_JWT_KEY: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
  /** As a browser sends it that signed in at Clerk's. */
  const cookie = (server: Server, person: string, claims: Claims = {}, key = privateKey): Cookie => {
    const now = Math.floor(Date.now() / 1000)
    const whole = {
      azp: originOf(server),
      exp: now + 60,
      fva: [0, -1],
      iat: now,
      iss: 'https://clerk.shop.example',
      nbf: now - 10,
      sid: 'sess_2abc',
      sts: 'active',
      sub: person,
      v: 2,
      ...claims,
    }
    const head = { alg: 'RS256', cat: 'cl_B7d4PD111AAA', kid: 'ins_2abc', typ: 'JWT' }
    const text = [head, whole]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    const token = `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
    return `__session=${token}; __client_uat=${now - 30}`
  }
  return {
    env,
    cookie,
    otherKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
    end: (session: string) => ended.add(session),
    close: () => api.close(),
  }
}

export { addPerson, altered, somebody }
