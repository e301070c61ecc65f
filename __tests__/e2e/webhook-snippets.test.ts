import { execFile, spawnSync } from 'node:child_process'
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
type Language = { file: string; command: readonly string[]; program: (snippet: string) => string }
const RUN: Record<string, Language> = {
  node: {
    file: 'verify.mjs',
    command: [process.execPath],
    program: (snippet) => `${snippet}

import { readFileSync } from 'node:fs'
const { secret, headers, body } = JSON.parse(readFileSync(process.argv[2], 'utf8'))
console.log(verify(secret, headers, body).type)`,
  },
  python: {
    file: 'verify.py',
    command: ['python3'],
    program: (snippet) => `${snippet}

import sys
given = json.load(open(sys.argv[1]))
print(verify(given["secret"], given["headers"], given["body"])["type"])`,
  },
  go: {
    file: 'verify.go',
    command: ['go', 'run'],
    // What it needs of the standard library, and what the program around it does.
    program: (snippet) => `package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

${snippet}

func main() {
	file, _ := os.ReadFile(os.Args[1])
	var given struct {
		Secret  string
		Headers map[string]string
		Body    string
	}
	if err := json.Unmarshal(file, &given); err != nil {
		panic(err)
	}
	headers := http.Header{}
	for name, value := range given.Headers {
		headers.Set(name, value)
	}
	if err := verify(given.Secret, headers, []byte(given.Body)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var event struct{ Type string }
	json.Unmarshal([]byte(given.Body), &event)
	fmt.Println(event.Type)
}`,
  },
  ruby: {
    file: 'verify.rb',
    command: ['ruby'],
    program: (snippet) => `${snippet}

given = JSON.parse(File.read(ARGV.fetch(0)))
puts verify(given["secret"], given["headers"], given["body"]).fetch("type")`,
  },
}

function run(language: string, given: object): Promise<{ code: number; out: string }> {
  const { file, command, program } = RUN[language]!
  const [script, input] = [path.join(folder, file), path.join(folder, `${language}.json`)]
  writeFileSync(script, `${program(snippet(language))}\n`)
  writeFileSync(input, JSON.stringify(given))
  return new Promise((resolve) => {
    const [runtime = '', ...before] = command
    // The compiler of Go keeps what it made in a folder of the user's.
    const env = { ...process.env, GOCACHE: path.join(folder, 'go'), GOTOOLCHAIN: 'local', GOFLAGS: '' }
    execFile(runtime, [...before, script, input], { env }, (error, stdout, stderr) =>
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

/** Go and Ruby are large, and no test of ours needs them but this: they run where they are. */
const isThere = (language: string) => {
  const [program = ''] = RUN[language]!.command
  return path.isAbsolute(program) || spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
}
const languages = Object.keys(RUN).filter((name) => !['go', 'ruby'].includes(name) || isThere(name))

describe.each(languages)('the snippet for %s', (language) => {
  const body = JSON.stringify({ type: 'api_key.revoked', data: { name: 'Zoë’s „key“ 🏃' } })

  it('takes what was signed, by any of two secrets', async () => {
    const secret = newSigningSecret()
    expect(await run(language, { secret, headers: signed(secret, body), body })).toEqual({
      code: 0,
      out: 'api_key.revoked\n',
    })
  }, 120_000)

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
  }, 120_000)
})
