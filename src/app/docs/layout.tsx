import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { DocsHeader } from '@/components/docs/docs-header'
import { SideNav } from '@/components/docs/side-nav'
import { apiGroups } from './api/reference'
import { NAVIGATION } from './book'
import './docs.css'

export const metadata: Metadata = { title: { default: 'Docs · clubkeys', template: '%s · clubkeys docs' } }

/** For everybody, signed in or not. Nothing here asks the database. */
export default function DocsLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <DocsHeader />
      <div className="mx-auto grid max-w-[88rem] grid-cols-1 px-4 sm:px-6 lg:grid-cols-[14.5rem_minmax(0,1fr)] lg:gap-x-10">
        <div>
          <SideNav groups={NAVIGATION} inner={{ '/docs/api': apiPages() }} />
        </div>
        {children}
      </div>
    </>
  )
}

const apiPages = () => apiGroups().map(({ slug, name }) => ({ href: `/docs/api/${slug}`, name }))
