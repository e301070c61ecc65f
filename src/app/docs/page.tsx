import Link from 'next/link'
import { DocsPage } from '@/components/docs/docs-page'
import { NAVIGATION } from './book'

const FIRST = [
  { href: '/docs/quick-start', name: 'Quick start', text: 'From nothing to a first answer in five minutes.' },
  {
    href: '/docs/integration-guide',
    name: 'Integration guide',
    text: 'Headers, errors, retries, and what to do when it does not work.',
  },
  { href: '/docs/concepts', name: 'Concepts', text: 'Clubs, roles, scopes and keys, in one picture.' },
]

export default function DocsStart() {
  return (
    <DocsPage title="Docs">
      <p className="text-lg text-pretty text-quiet">
        An API key belongs to one club and can do no more than the person behind it. This is how to make one,
        call with it, and keep it safe.
      </p>
      <div className="mt-8 grid gap-3 sm:grid-cols-2">
        {FIRST.map(({ href, name, text }) => (
          <Link
            key={href}
            href={href}
            prefetch={false}
            className="grid content-start gap-1 rounded-xl border border-line bg-raised p-4 transition-colors hover:border-edge hover:bg-well"
          >
            <span className="font-semibold">{name}</span>
            <span className="text-sm text-quiet">{text}</span>
          </Link>
        ))}
      </div>
      {NAVIGATION.slice(1).map(({ title, pages }) => (
        <section key={title}>
          <h2>{title}</h2>
          <ul className="grid !list-none gap-x-6 !pl-0 sm:grid-cols-2 [&>li]:!mt-1.5">
            {pages.map(({ href, name }) => (
              <li key={href}>
                <Link href={href} prefetch={false}>
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </DocsPage>
  )
}
