import Link from 'next/link'
import { DocsPage } from '@/components/docs/docs-page'
import { NAVIGATION } from './book'

/** What most people come for, in cards; the rest in lists. */
const FIRST = NAVIGATION.flatMap(({ title, pages }) =>
  pages.filter(({ href }) => title === 'Start' || href === '/docs/api'),
)

export default function DocsStart() {
  return (
    <DocsPage title="Docs">
      <p className="text-lg text-pretty text-quiet">
        An API key belongs to one club and can do no more than the person behind it. This is how to make one,
        call with it, and keep it safe.
      </p>
      <div className="mt-8 grid gap-3 sm:grid-cols-2">
        {FIRST.map(({ href, name, about }) => (
          <Link
            key={href}
            href={href}
            prefetch={false}
            className="grid content-start gap-1 rounded-xl border border-line bg-raised p-4 transition-colors hover:border-edge hover:bg-well"
          >
            <span className="font-semibold">{name}</span>
            <span className="text-sm text-quiet">{about}</span>
          </Link>
        ))}
      </div>
      {NAVIGATION.slice(1).map(({ title, pages }) => (
        <section key={title}>
          <h2>{title}</h2>
          <ul className="grid !list-none gap-x-8 gap-y-3 !pl-0 sm:grid-cols-2 [&>li]:!my-0">
            {pages.map(({ href, name, about }) => (
              <li key={href}>
                <Link href={href} prefetch={false}>
                  {name}
                </Link>
                <span className="block text-sm text-quiet">{about}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </DocsPage>
  )
}
