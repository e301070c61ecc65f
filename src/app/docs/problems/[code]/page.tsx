import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { CodeBlock } from '@/components/docs/code-block'
import { DocsPage } from '@/components/docs/docs-page'
import { NeighbourLinks } from '@/components/docs/neighbour-links'
import { PROBLEM_CODES, PROBLEMS, type ProblemCode } from '@/contracts/problem'
import { env } from '@/lib/env'
import { MEANINGS } from '../meanings'

type Props = { params: Promise<{ code: string }> }

const isCode = (text: string): text is ProblemCode => (PROBLEM_CODES as string[]).includes(text)

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { code } = await params
  return isCode(code) ? { title: code } : {}
}

/** Where the `type` of a problem document leads. */
export default async function ProblemPage({ params }: Props) {
  const { code } = await params
  if (!isCode(code)) notFound()
  const { status, title } = PROBLEMS[code]
  const { means, advice, again } = MEANINGS[code]
  return (
    <DocsPage group={`Problem · ${status}`} title={code}>
      <p className="text-lg text-pretty">{means}</p>
      <h2 id="what-to-do">What to do</h2>
      <ul>
        {advice.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      <h2 id="try-again">Try again?</h2>
      <p>
        {again === 'later'
          ? 'Yes, the same request, after the time in Retry-After.'
          : 'No. Without a change, the same request gets the same answer.'}
      </p>
      <h2 id="example">Example</h2>
      <CodeBlock language="json" title={`${status} ${title}`} code={exampleOf(code)} />
      <p>
        <Link href="/docs/problems" prefetch={false}>
          All problems
        </Link>
      </p>
      <NeighbourLinks {...besides(code)} />
    </DocsPage>
  )
}

function besides(code: ProblemCode) {
  const at = PROBLEM_CODES.indexOf(code)
  const link = (other: ProblemCode | undefined) => other && { href: `/docs/problems/${other}`, name: other }
  return { before: link(PROBLEM_CODES[at - 1]), after: link(PROBLEM_CODES[at + 1]) }
}

function exampleOf(code: ProblemCode): string {
  const { status, title } = PROBLEMS[code]
  const { headers = {}, detail, more, instance = '/api/v1/practices' } = MEANINGS[code]
  const { origin } = new URL(env().NEXTAUTH_URL)
  const problem = {
    type: `${origin}/docs/problems/${code}`,
    title,
    status,
    detail,
    instance,
    code,
    requestId: '0b2d4c4e-7f6a-4b7e-9a55-3c1d2e4f6a7b',
    ...more,
  }
  const lines = Object.entries({ 'Content-Type': 'application/problem+json', ...headers })
  return [
    `HTTP/1.1 ${status}`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
    '',
    JSON.stringify(problem, null, 2),
  ].join('\n')
}
