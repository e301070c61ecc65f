'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useEffect, useRef } from 'react'

type NavPage = { href: string; name: string }
type NavGroup = { title: string; pages: readonly NavPage[] }
/** The pages below one, which show while somebody is on one of them. */
type Inner = Readonly<Record<string, readonly NavPage[]>>

/** All pages, beside the text; on small screens folded up above it. */
export function SideNav({ groups, inner }: { groups: readonly NavGroup[]; inner: Inner }) {
  const path = usePathname()
  const beside = useRef<HTMLElement>(null)
  useEffect(() => {
    const nav = beside.current
    const current = nav?.querySelector<HTMLElement>('[aria-current="page"]')
    // By hand: scrollIntoView would move the text as well.
    if (nav && current && current.offsetTop + current.offsetHeight > nav.clientHeight)
      nav.scrollTop = current.offsetTop - nav.clientHeight / 2
  }, [path])
  const here = groups.flatMap(({ pages }) => pages).find(({ href }) => isHere(path, href))
  return (
    <>
      <nav
        ref={beside}
        aria-label="All pages"
        className="sticky top-14 hidden h-[calc(100dvh-3.5rem)] overflow-y-auto py-8 pr-4 [scrollbar-width:thin] lg:block"
      >
        <Groups {...{ groups, inner, path }} />
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
          <Groups {...{ groups, inner, path }} />
        </nav>
      </details>
    </>
  )
}

const isHere = (path: string, href: string) => path === href || path.startsWith(`${href}/`)

function Groups({ groups, inner, path }: { groups: readonly NavGroup[]; inner: Inner; path: string }) {
  return groups.map(({ title, pages }) => (
    <div key={title} className="mb-6 last:mb-0">
      <p className="mb-1.5 px-2.5 text-sm font-semibold">{title}</p>
      <ul>
        {pages.map((page) => (
          <li key={page.href}>
            <PageLink {...page} path={path} />
            {isHere(path, page.href) && inner[page.href] && (
              <ul className="mt-0.5 mb-1 ml-2.5 border-l border-line pl-2">
                {inner[page.href]?.map((below) => (
                  <li key={below.href}>
                    <PageLink {...below} path={path} />
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </div>
  ))
}

function PageLink({ href, name, path }: NavPage & { path: string }) {
  return (
    <Link
      href={href}
      prefetch={false}
      aria-current={path === href ? 'page' : isHere(path, href) ? 'true' : undefined}
      className="flex min-h-11 items-center rounded-lg px-2.5 py-1 text-sm text-quiet hover:bg-well hover:text-ink aria-[current=page]:bg-accent-well aria-[current]:font-medium aria-[current]:text-accent lg:min-h-8"
    >
      {name}
    </Link>
  )
}
