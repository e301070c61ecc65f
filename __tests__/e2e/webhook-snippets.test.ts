import { execFile } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { definition } from '@/contracts/definition'
import { eventBody } from '@/contracts/events'
import '@/club-app'
import { dataOf } from '@/lib/events/post'
import { newSigningSecret, signedHeaders } from '@/lib/webhooks/secret'
import { temporaryFolder } from '../support/temporary'

/** What docs/webhooks.md shows: the examples are what is sent, and each snippet verifies that and nothing else. */

const PAGE = readFileSync(path.resolve(__dirname, '../../docs/webhooks.md'), 'utf8')
const snippet = (language: string) =>
  new RegExp(`<!-- verify: ${language} -->\n\`\`\`\\w+\n([\\s\\S]*?)\n\`\`\``).exec(PAGE)![1]!

it('the example is an event as it is sent', () => {
  const example: unknown = JSON.parse(/```json\n([\s\S]*?)\n```/.exec(PAGE)![1]!)
  const { type, data } = eventBody.parse(example)
  expect(dataOf(definition().events.get(type)!).parse(data)).toEqual(data)
})

it('names every type that there is, and no other', () => {
  const table = PAGE.split('| type | when |')[1]!.split('\n\n')[0]!
  const named = [...table.matchAll(/`([a-z_]*\.[a-z_]+)`/g)].map(([, name]) => name!)
  const whole = named.map((name) => (name.startsWith('.') ? `service_account${name}` : name))
  expect(whole.sort()).toEqual([...definition().events.keys()].sort())
})

const folder = temporaryFolder()
const RUN: Record<string, { file: string; command: string; main: string }> = {
  node: {
    file: 'verify.mjs',
    command: process.execPath,
    main: `import { readFileSync } from 'node:fs'
const { secret, headers, body } = JSON.parse(readFileSync(process.argv[2], 'utf8'))
console.log(verify(secret, headers, body).type)`,
  },
  python: {
    file: 'verify.py',
    command: 'python3',
    main: `import sys
given = json.load(open(sys.argv[1]))
print(verify(given["secret"], given["headers"], given["body"])["type"])`,
  },
}

function run(language: string, given: object): Promise<{ code: number; out: string }> {
  const { file, command, main } = RUN[language]!
  const [script, input] = [path.join(folder, file), path.join(folder, `${language}.json`)]
  writeFileSync(script, `${snippet(language)}\n\n${main}\n`)
  writeFileSync(input, JSON.stringify(given))
  return new Promise((resolve) => {
    execFile(command, [script, input], (error, stdout, stderr) =>
      resolve({ code: error ? 1 : 0, out: stdout + stderr }),
    )
  })
}

/** As it is sent; or so long ago. */
function signed(secret: string, body: string, secondsAgo = 0) {
  if (secondsAgo === 0) return signedHeaders([newSigningSecret(), secret], 'some-event', body)
  const at = String(Math.floor(Date.now() / 1000) - secondsAgo)
  const key = Buffer.from(secret.slice(6), 'base64')
  const signature = `v1,${createHmac('sha256', key).update(`some-event.${at}.${body}`).digest('base64')}`
  return { 'webhook-id': 'some-event', 'webhook-timestamp': at, 'webhook-signature': signature }
}

describe.each(Object.keys(RUN))('the snippet for %s', (language) => {
  const body = JSON.stringify({ type: 'api_key.revoked', data: { name: 'Zoë’s „key“ 🏃' } })

  it('takes what was signed, by any of two secrets', async () => {
    const secret = newSigningSecret()
    expect(await run(language, { secret, headers: signed(secret, body), body })).toEqual({
      code: 0,
      out: 'api_key.revoked\n',
    })
  })

  it('refuses another body, another secret, another event, and what is old', async () => {
    const secret = newSigningSecret()
    const headers = signed(secret, body)
    for (const [given, reason] of [
      [{ secret, headers, body: body.replace('revoked', 'created') }, 'not signed'],
      [{ secret: newSigningSecret(), headers, body }, 'not signed'],
      [{ secret, headers: { ...headers, 'webhook-id': 'other' }, body }, 'not signed'],
      [{ secret, headers: { ...headers, 'webhook-timestamp': 'soon' }, body }, ''],
      [{ secret, headers: signed(secret, body, 301), body }, 'too old'],
      [{ secret, headers: signed(secret, body, -400), body }, 'too old'],
    ] as const) {
      const { code, out } = await run(language, given)
      expect([code, out]).toEqual([1, expect.stringContaining(reason)])
    }
  })
})
