import { execFile } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PROBLEM_CODES, PROBLEMS } from '@/contracts/problem'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase } from '../support/club'
import { useServer } from '../support/server'

const database = useDatabase()
const server = useServer(database.url)

/** What a reader without JavaScript gets. */
async function visit(page: string): Promise<{ status: number; html: string }> {
  const { status, body } = await server().send({ path: page })
  return { status, html: body.replaceAll(/<script\b[^]*?<\/script>/g, '').replaceAll('<!-- -->', '') }
}

const decoded = (text: string) =>
  text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#x27;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>') // prettier-ignore
const hrefsIn = (html: string) =>
  [...html.matchAll(/<a\b[^>]*?\shref="([^"]*)"/g)].map(([, href]) => decoded(href!))
const idsIn = (html: string) => new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => decoded(id!)))

/** Every page of the docs, from link to link. */
async function crawl(): Promise<{ pages: Map<string, string>; broken: string[] }> {
  const pages = new Map<string, string>()
  const broken: string[] = []
  const waiting = ['/docs']
  for (let page = waiting.pop(); page !== undefined; page = waiting.pop()) {
    if (pages.has(page)) continue
    const { status, html } = await visit(page)
    pages.set(page, html)
    if (status !== 200) broken.push(`${page} answers ${status}`)
    for (const href of hrefsIn(html)) if (/^\/docs(\/|#|$)/.test(href)) waiting.push(href.split('#')[0]!)
  }
  return { pages, broken }
}

describe('the docs in the app', () => {
  let pages: Map<string, string>
  let broken: string[]
  beforeAll(async () => {
    ;({ pages, broken } = await crawl())
  }, 60_000)

  it('every link and every anchor leads somewhere', () => {
    const astray = [...pages].flatMap(([page, html]) =>
      hrefsIn(html).flatMap((href) => {
        const [target, anchor] = (href.startsWith('#') ? page + href : href).split('#')
        if (!target!.startsWith('/docs') || anchor === undefined) return []
        return idsIn(pages.get(target!) ?? '').has(anchor) ? [] : [`${page}: ${href}`]
      }),
    )
    expect(pages.size).toBeGreaterThan(30)
    expect([...broken, ...astray]).toEqual([])
  })

  it('each page has one heading of the first level, one main part, and no Markdown left over', () => {
    for (const [page, html] of pages) {
      const main = /<main\b[^]*<\/main>/.exec(html)?.[0] ?? ''
      expect([page, html.match(/<h1\b/g)?.length, html.match(/<main\b/g)?.length]).toEqual([page, 1, 1])
      const text = main.replaceAll(/<pre\b[^]*?<\/pre>|<code\b[^]*?<\/code>/g, '').replaceAll(/<[^>]*>/g, ' ')
      expect([page, /\]\(|\*\*|```|&amp;\w+;/.exec(text)?.[0]]).toEqual([page, undefined])
    }
  })

  it('no id stands twice on a page, and no element has a style of its own, which the policy refuses', () => {
    for (const [page, html] of pages) {
      const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
      expect([page, ids.filter((id, index) => ids.indexOf(id) !== index)]).toEqual([page, []])
      expect([page, /\sstyle="/.test(html)]).toEqual([page, false])
    }
  })

  it('each Markdown file has its page, and no route of the docs takes its address away', () => {
    const routes = globSync('src/app/docs/*/').map((folder) => path.basename(folder))
    const slugs = [...pages.keys()].flatMap((page) => /^\/docs\/([\w-]+)$/.exec(page)?.[1] ?? [])
    const chapters = slugs.filter((slug) => existsSync(`docs/${slug}.md`))
    expect(chapters.length).toBeGreaterThan(25)
    expect(chapters.filter((slug) => routes.includes(slug))).toEqual([])
    for (const slug of chapters) {
      const [, title] = /^# (.*)/.exec(readFileSync(`docs/${slug}.md`, 'utf8'))!
      const heading = /<h1\b[^>]*>([^]*?)<\/h1>/.exec(pages.get(`/docs/${slug}`)!)?.[1]
      expect([slug, decoded(heading ?? '')]).toEqual([slug, title!])
    }
  })

  it('examples name this installation’s address', () => {
    expect(pages.get('/docs/quick-start')).toContain(`http://localhost:${server().port}`)
    expect(pages.get('/docs/quick-start')).not.toContain('localhost:3000')
  })

  it('search finds a page, a section and a problem, without JavaScript', async () => {
    const found = async (query: string) => hrefsIn((await visit(`/docs/search?q=${encodeURIComponent(query)}`)).html.split('<main')[1]!) // prettier-ignore
    expect(await found('grace rotate')).toContain('/docs/rotation')
    expect(await found('answer is lost')).toContain('/docs/rotation#when-the-answer-is-lost')
    for (const [query, page] of [
      ['idempotency', '/docs/idempotency'],
      ['error codes', '/docs/problems'],
      ['POST /api/v1/api-keys', '/docs/api/keys#createApiKey'],
      ['sdk', '/docs/client'],
      ['expiry', '/docs/key-ends'],
      ['pagination', '/docs/integration-guide'],
      ['python', '/docs/api'],
      ['rotaton', '/docs/rotation'],
      ['idempotancy', '/docs/idempotency'],
    ] as const)
      expect([query, (await found(query)).slice(0, 3)]).toEqual([query, expect.arrayContaining([page])])
    expect(await found('insufficient_scope')).toContain('/docs/problems/insufficient_scope')
    expect((await visit('/docs/search?q=xyzzyxyzzy')).html).toContain('Nothing holds all of these words')
    expect((await visit('/docs/search?q=%3Cscript%3Ealert(1)%3C/script%3E')).html).not.toContain(
      '<script>alert',
    )
    expect((await visit('/docs/search?q=a&q=b')).status).toBe(200)
  })

  it('tells of every operation of the document, with an example and its refusals, without JavaScript', async () => {
    const { paths } = (await server().send({ path: '/api/openapi.json' })).json() as { paths: Record<string, Record<string, { operationId: string }>> } // prettier-ignore
    const reference = [...pages].filter(([page]) => page.startsWith('/docs/api/'))
    const ids = Object.values(paths).flatMap((methods) =>
      Object.values(methods).map((one) => one.operationId),
    )
    expect(ids.length).toBeGreaterThan(25)
    for (const id of ids) {
      const sections = reference.flatMap(([, html]) =>
        html.split('<section').filter((one) => one.includes(` id="${id}"`)),
      )
      expect([id, sections.length]).toEqual([id, 1])
      expect([id, /aria-label="Example in curl"/.test(sections[0]!), sections[0]!.includes('aria-label="Example in TypeScript"')]).toEqual([id, true, true]) // prettier-ignore
    }
    const create = pages.get('/docs/api/practices')
    for (const part of ['startsAt', 'insufficient_scope', 'idempotency_key_reused', '/api/v1/practices/{id}']) expect(create).toContain(part) // prettier-ignore
  })

  it('has a page for each problem, to which its `type` leads', async () => {
    for (const code of PROBLEM_CODES) {
      const html = pages.get(`/docs/problems/${code}`)
      expect([code, html?.includes(`HTTP/1.1 ${PROBLEMS[code].status}`)]).toEqual([code, true])
      expect(html).toContain('What to do')
    }
    const { type } = (await server().call('GET', '/api/v1/whoami')).json() as { type: string }
    expect((await visit(new URL(type).pathname)).status).toBe(200)
  })

  it.each([
    '/docs/decisions',
    '/docs/none',
    '/docs/problems/none',
    '/docs/constructor',
    '/docs/problems/constructor',
  ])('there is no page %s', async (page) => expect((await visit(page)).status).toBe(404))

  it('says so within the docs where there is no page', async () => {
    const { body } = await server().send({ path: '/docs/none' })
    expect(body).toContain('No such page')
  })

  it('offers to sign in to whoever is not, and tells the title once', () => {
    expect(hrefsIn(pages.get('/docs')!)).toContain('/sign-in')
    expect(pages.get('/docs')).toContain('<title>Docs · clubkeys</title>')
  })

  it('calls nothing required of what one gets, and names what `limit` is without one', () => {
    const html = pages.get('/docs/api/practices')!
    const answers = html.split('Fields of the answer').slice(1).map((part) => part.split('</details>\n')[0]!.split('>Refusals<')[0]!) // prettier-ignore
    expect(answers.length).toBeGreaterThan(2)
    for (const part of answers) expect(part).not.toContain('>required<')
    expect(html).toContain('>required<')
    expect(html).toContain('20 unless it is given')
    for (const [page, text] of pages)
      expect([page, /At (least|most) 1 entries/.test(text)]).toEqual([page, false])
  })

  it('leads to the docs from every page for people who are not signed in', async () => {
    for (const page of ['/', '/sign-in', '/set-password', '/none']) expect([page, hrefsIn((await visit(page)).html)]).toEqual([page, expect.arrayContaining(['/docs'])]) // prettier-ignore
  })
})

describe('what the guides say to type', () => {
  const GUIDES = [
    'quick-start',
    'integration-guide',
    'limits',
    'mobile-apps',
    'mcp-servers',
    'github-actions',
  ]
  let work: string
  let key: string
  beforeAll(async () => {
    work = mkdtempSync(path.join(tmpdir(), 'clubkeys-guides-'))
    const club = await makeClub('demo')
    const admin = await makeMember(club.id, ['CLUB_ADMIN', 'COACH'])
    await db().user.update({ where: { id: admin.userId }, data: { email: 'coach@demo.test' } })
    const scopes = ['practices:read', 'practices:write', 'api-keys:write', 'tokens:introspect'] as const
    key = (await makeKey(admin, { scopes: [...scopes] })).token
  })
  afterAll(() => rmSync(work, { recursive: true, force: true }))

  /** Each block of a guide in this language; what a workflow runs counts as shell. */
  function blocksOf(guide: string, language: string): string[] {
    const text = readFileSync(`docs/${guide}.md`, 'utf8')
    const blocks = [...text.matchAll(/^```(\w+)\n([^]*?)^```/gm)].filter(([, name]) => name === language)
    return blocks.map(([, , block]) => block!.replaceAll(/^export CLUBKEYS_.*$/gm, ''))
  }

  function run(program: string, args: string[]): Promise<{ code: number; said: string }> {
    const env = {
      ...process.env,
      DATABASE_URL: database.url(),
      DATABASE_DIRECT_URL: database.directUrl(),
      CLUBKEYS_URL: `http://localhost:${server().port}`,
      CLUBKEYS_KEY: key,
    }
    return new Promise((resolve) =>
      execFile(program, args, { env }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, said: `${stdout}${stderr}` }),
      ),
    )
  }

  // A refusal is a failure here, as `curl` by itself has it not.
  const STRICT = 'set -eu; curl() { command curl -sS --fail-with-body "$@"; }\n'

  it.each(GUIDES)(
    '%s',
    async (guide) => {
      const lines = blocksOf(guide, 'yaml').flatMap((text) => [...text.matchAll(/^ *run: (.*)$/gm)].map(([, line]) => line!)) // prettier-ignore
      const shell = [...blocksOf(guide, 'sh'), ...lines.map((line) => `cd "${work}"; ${line}`)]
      const scripts = blocksOf(guide, 'ts')
      expect(shell.length + scripts.length).toBeGreaterThan(0)
      for (const block of shell) expect([block, await run('sh', ['-c', STRICT + block])]).toEqual([block, { code: 0, said: expect.anything() }]) // prettier-ignore
      for (const [index, block] of scripts.entries()) {
        const file = path.join(work, `${guide}-${index}.mts`)
        writeFileSync(file, block)
        expect([block, await run(process.execPath, [file])]).toEqual([
          block,
          { code: 0, said: expect.anything() },
        ])
      }
    },
    60_000,
  )
})

/** As GitHub makes anchors. */
const anchorsOf = (text: string) =>
  [...text.replaceAll(/^( *)```[^]*?^\1```/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-'),
  )

it('every link between files of the repository leads to a file and a heading that exist', () => {
  const files = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md', '.github/**/*.md'], {
    exclude: ['node_modules/**', 'examples/**/node_modules/**'],
  })
  const astray = files.flatMap((file) => {
    const text = readFileSync(file, 'utf8')
      .replaceAll(/^( *)```[^]*?^\1```/gm, '')
      .replaceAll(/`[^`\n]*`/g, '')
    return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, href]) => {
      if (/^(https?:|mailto:)/.test(href!)) return []
      const [target = '', anchor] = href!.split('#')
      const where = target === '' ? file : path.join(path.dirname(file), target)
      const there = globSync(where)
      if (there.length === 0) return [`${file}: ${href}`]
      if (anchor === undefined || !where.endsWith('.md')) return []
      return anchorsOf(readFileSync(where, 'utf8')).includes(anchor) ? [] : [`${file}: ${href}`]
    })
  })
  expect(files.length).toBeGreaterThan(20)
  expect(astray).toEqual([])
})
