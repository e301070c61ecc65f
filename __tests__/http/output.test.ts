import diagnostics from 'node:diagnostics_channel'
import { boundOutput } from '@/http/output'
import { log } from '@/lib/log'

const TOKEN = `sk_club_${'x'.repeat(49)}`
const { NODE_ENV } = process.env
const [out, err] = [process.stdout.write, process.stderr.write]
let printed: string[] = []

beforeAll(() => {
  Object.assign(process.env, { NODE_ENV: 'production', DATABASE_URL: 'postgres://x@localhost/x' })
  const keep = (text: string) => printed.push(text) > 0
  process.stdout.write = keep as typeof process.stdout.write
  process.stderr.write = keep as typeof process.stderr.write
  boundOutput()
})
afterAll(() => {
  process.stdout.write = out
  process.stderr.write = err
  Object.assign(process.env, { NODE_ENV })
})
beforeEach(() => {
  printed = []
  jest.useFakeTimers()
})
afterEach(() => jest.useRealTimers())

describe('what a serving process prints', () => {
  it('is as it comes before the first request, without tokens', () => {
    process.stdout.write(`ready ${TOKEN}\n`)
    process.stdout.write('ready\n')
    expect(printed).toEqual(['ready [redacted]\n', 'ready\n'])
  })

  it('of the framework, is one bounded line a second, which tells how many were left out, and no token', () => {
    diagnostics.channel('http.server.request.start').publish({})
    for (let i = 0; i < 500; i++) process.stderr.write(`⨯ Error ${TOKEN}\n    at ${'x'.repeat(10_000)}\n`)
    expect(printed).toHaveLength(1)
    jest.advanceTimersByTime(1_000)
    expect(printed).toHaveLength(2)
    for (const line of printed) {
      expect(line.split('\n')).toHaveLength(2)
      expect(line.length).toBeLessThan(3_000)
      expect(line).not.toContain('sk_club_')
    }
    expect(JSON.parse(printed[1] ?? '')).toMatchObject({ leftOut: 498, msg: 'the framework said' })
    jest.advanceTimersByTime(5_000)
  })

  it('of ours, is a line a second of each kind; and whoever waits for a write is told', () => {
    const big = new Error('x'.repeat(100_000))
    for (let i = 0; i < 100; i++)
      log.error({ err: Object.assign(big, { sent: { all: 'of it' } }) }, 'one kind')
    log.error({ err: big }, 'another kind')
    for (let i = 0; i < 3; i++) log.info({ i }, 'a password was changed')
    expect(printed).toHaveLength(5)
    for (const line of printed) expect(line.length).toBeLessThan(5_000)
    jest.advanceTimersByTime(1_000)
    expect(JSON.parse(printed.at(-1) ?? '')).toMatchObject({ leftOut: 98, msg: 'one kind' })
    expect(printed.join('')).not.toContain('of it')
    jest.useRealTimers()
    return new Promise<void>((resolve) => process.stdout.write('⨯', () => resolve()))
  })
})
