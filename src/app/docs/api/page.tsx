import type { Metadata } from 'next'
import Link from 'next/link'
import { MethodBadge } from '@/components/docs/api/method-badge'
import { Said } from '@/components/docs/api/said'
import { TryIt } from '@/components/docs/api/try-it'
import { CodeBlock } from '@/components/docs/code-block'
import { DocsPage } from '@/components/docs/docs-page'
import { NeighbourLinks } from '@/components/docs/neighbour-links'
import { env } from '@/lib/env'
import { neighbours } from '../book'
import { apiDocument } from './document'
import { apiGroups } from './reference'

export const metadata: Metadata = { title: 'API reference' }

export default function ApiStart() {
  const { origin } = new URL(env().NEXTAUTH_URL)
  // Works with every good key.
  const whoami = apiGroups()
    .flatMap(({ operations }) => operations)
    .find(({ path }) => path === '/api/v1/whoami')
  const paragraphs = (apiDocument().info.description ?? '').split('\n\n')
  return (
    <DocsPage group="Reference" title="API reference">
      <p>
        All that follows is made from the <a href="/api/openapi.json">OpenAPI document</a> of this
        installation, which checks each request and makes clients in any language. The{' '}
        <Link href="/docs/integration-guide" prefetch={false}>
          integration guide
        </Link>{' '}
        tells how to handle errors, lists and limits. On each page you can try its operations with your own
        key; here, ask who it belongs to.
      </p>
      <CodeBlock
        language="sh"
        code={`curl -H "Authorization: Bearer $CLUBKEYS_KEY" "${origin}/api/v1/whoami"`}
      />
      {whoami && <TryIt {...{ ...whoami, needsKey: true, example: null }} />}
      <ul>
        {paragraphs.map((text) => (
          <li key={text}>
            <Said text={text} />
          </li>
        ))}
      </ul>
      {apiGroups().map(({ slug, name, text, operations }) => (
        <section key={slug}>
          <h2 id={slug}>
            <Link href={`/docs/api/${slug}`} prefetch={false} className="hover:text-accent">
              {name}
            </Link>
          </h2>
          <p>
            <Said text={text} />
          </p>
          <ul className="!list-none !pl-0">
            {operations.map(({ id, method, path, summary }) => (
              <li key={id} className="grid grid-cols-[4.5rem_minmax(0,1fr)] items-baseline gap-x-2">
                <span>
                  <MethodBadge method={method} />
                </span>
                <span>
                  <Link href={`/docs/api/${slug}#${id}`} prefetch={false}>
                    {summary}
                  </Link>
                  <span className="block font-mono text-xs break-all text-quiet">{path}</span>
                </span>
              </li>
            ))}
          </ul>
        </section>
      ))}
      <NeighbourLinks {...neighbours('api')} />
    </DocsPage>
  )
}
