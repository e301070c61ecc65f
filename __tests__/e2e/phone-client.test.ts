import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { createClient, type ClientOptions } from '@/client'
import { db } from '@/lib/db/client'
import { readSchedule, type Storage } from '../../examples/phone-client/schedule'
import { makeClub, makeKey, makeMember, makePractice, useDatabase, type Member } from '../support/club'
import { freePort, useServer } from '../support/server'

const database = useDatabase()
const server = useServer(database.url)

let athlete: Member
beforeAll(async () => {
  const { id } = await makeClub()
  athlete = await makeMember(id, ['ATHLETE'])
  const coach = await makeMember(id, ['COACH'])
  await makePractice(coach)
  await makePractice(coach, 'DRAFT')
})

const keychain = async (rateLimit = { limit: 100, windowSeconds: 60 }) =>
  makeKey(athlete, { scopes: ['practices:read'], rateLimit })
const open = (key: string, more: Partial<ClientOptions> = {}) =>
  createClient({ baseUrl: `http://localhost:${server().port}`, key, longestWaitMs: 2_000, ...more })

function phone(): Storage {
  const kept = new Map<string, string>()
  return {
    getItem: async (name) => kept.get(name) ?? null,
    setItem: async (name, value) => kept.set(name, value),
  }
}

const TITLES = ['PUBLISHED practice']
const shown = async (...given: Parameters<typeof readSchedule>) => {
  const { practices, state } = await readSchedule(...given)
  return { titles: practices.map(({ title }) => title), state }
}

describe('the phone client', () => {
  const atTerminal = (env: Record<string, string>) =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', 'examples/phone-client/run.ts'], {
      env: { ...process.env, CLUBKEYS_URL: `http://localhost:${server().port}`, ...env },
    }).catch((error: unknown) => error)

  it('runs at a terminal, and says there why it cannot', async () => {
    const { token } = await keychain()
    expect(await atTerminal({ CLUBKEYS_KEY: token })).toMatchObject({
      stdout: expect.stringMatching(/^\S+Z PUBLISHED practice\n$/),
      stderr: '',
    })
    const nowhere = `http://127.0.0.1:${await freePort()}`
    for (const [env, reason] of [
      [{ CLUBKEYS_KEY: '' }, 'CLUBKEYS_KEY is empty'],
      [{ CLUBKEYS_KEY: 'sk_club_none' }, 'The key is not good'],
      [{ CLUBKEYS_KEY: token, CLUBKEYS_URL: nowhere }, 'Nobody answers'],
    ] as const)
      expect(await atTerminal(env)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(reason) }) // prettier-ignore
  }, 60_000)

  it('shows what there is, and the same when it is offline', async () => {
    const [storage, { token }] = [phone(), await keychain()]
    expect(await shown(open(token), storage)).toEqual({ titles: TITLES, state: 'fresh' })
    const nowhere = open(token, { baseUrl: `http://127.0.0.1:${await freePort()}`, retries: 1 })
    expect(await shown(nowhere, storage)).toEqual({ titles: TITLES, state: 'offline' })
  })

  it('says that it is busy when the key has no calls left, and waits where that is short', async () => {
    const [storage, { token }] = [phone(), await keychain({ limit: 1, windowSeconds: 60 })]
    expect((await shown(open(token), storage)).state).toBe('fresh')
    expect(await shown(open(token), storage)).toEqual({ titles: TITLES, state: 'busy' })
    const patient = (await keychain({ limit: 1, windowSeconds: 1 })).token
    await shown(open(patient), storage)
    expect((await shown(open(patient), storage)).state).toBe('fresh')
  })

  it('shows nothing once its key has ended', async () => {
    const [storage, { id, token }] = [phone(), await keychain()]
    expect((await shown(open(token), storage)).state).toBe('fresh')
    await db().apiKey.update({ where: { id }, data: { expiresAt: new Date(Date.now() - 1000), createdAt: new Date(Date.now() - 9000) } }) // prettier-ignore
    const ended = async () => {
      for (;;) {
        const seen = await shown(open(token), storage)
        if (seen.state !== 'fresh') return seen
      }
    }
    expect(await ended()).toEqual({ titles: [], state: 'signed-out' })
  })
})
