'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'

export type NavGroup = { title: string; pages: readonly { href: string; name: string }[] }

/** All pages, beside the text; on small screens folded up above it. */
export function SideNav({ groups }: { groups: readonly NavGroup[] }) {
  const path = usePathname()
  const here = groups.flatMap(({ pages }) => pages).find(({ href }) => isHere(path, href))
  return (
    <>
      <nav
        aria-label="All pages"
        className="sticky top-14 hidden h-[calc(100dvh-3.5rem)] overflow-y-auto py-8 pr-4 [scrollbar-width:thin] lg:block"
      >
        <Groups groups={groups} path={path} />
      </nav>
      {/* Another page is another fold: it closes behind whoever chose one. */}
      <details key={path} className="group border-b border-line lg:hidden">
        <summary className="flex h-12 items-center gap-2 text-sm font-medium [&::-webkit-details-marker]:hidden">
          <span aria-hidden className="text-quiet transition-transform group-open:rotate-90">
            ›
          </span>
          <span className="text-quiet">All pages</span>
          {here && <span className="truncate">{here.name}</span>}
        </summary>
        <nav aria-label="All pages" className="pb-6">
          <Groups groups={groups} path={path} />
        </nav>
      </details>
    </>
  )
}

const isHere = (path: string, href: string) => path === href || path.startsWith(`${href}/`)

function Groups({ groups, path }: { groups: readonly NavGroup[]; path: string }) {
  return groups.map(({ title, pages }) => (
    <div key={title} className="mb-6 last:mb-0">
      <p className="mb-1.5 px-2.5 text-sm font-semibold">{title}</p>
      <ul>
        {pages.map(({ href, name }) => (
          <li key={href}>
            <Link
              href={href}
              prefetch={false}
              aria-current={path === href ? 'page' : isHere(path, href) ? 'true' : undefined}
              className="flex min-h-11 items-center rounded-lg px-2.5 py-1 text-sm text-quiet hover:bg-well hover:text-ink aria-[current]:bg-accent-well aria-[current]:font-medium aria-[current]:text-accent lg:min-h-8"
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  ))
}
