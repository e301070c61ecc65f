import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { DocsHeader } from '@/components/docs/docs-header'
import { SideNav } from '@/components/docs/side-nav'
import { ThemeSwitch } from '@/components/theme/theme-switch'
import { sessionCookieName } from '@/lib/sign-in/session-cookie'
import { apiGroups } from './api/reference'
import { NAVIGATION } from './book'
import './docs.css'

export const metadata: Metadata = { title: { absolute: 'Docs · clubkeys', template: '%s · clubkeys docs' } }

/** For everybody, signed in or not. Nothing here asks the database. */
export default async function DocsLayout({ children }: { children: ReactNode }) {
  // Whether it is still good, the page behind the link finds out.
  const isSignedIn = (await cookies()).has(sessionCookieName())
  return (
    <>
      <DocsHeader isSignedIn={isSignedIn} />
      <div className="mx-auto grid max-w-[88rem] grid-cols-1 px-4 sm:px-6 lg:grid-cols-[14.5rem_minmax(0,1fr)] lg:gap-x-10">
        <div>
          <SideNav groups={NAVIGATION} inner={{ '/docs/api': apiPages() }} />
        </div>
        {children}
      </div>
      <footer className="flex justify-center py-8 md:hidden">
        <ThemeSwitch />
      </footer>
    </>
  )
}

const apiPages = () => apiGroups().map(({ slug, name }) => ({ href: `/docs/api/${slug}`, name }))
