import type { Metadata } from 'next'
import { AccountPanel } from '@/components/account/account-panel'
import { Header, Page, PageTitle } from '@/components/shell/header'
import { isFresh } from '@/lib/auth/fresh'
import { clubsOf } from '@/lib/auth/session-actor'
import { configuredProviders } from '@/lib/auth/providers'
import { signInMethods } from '@/lib/auth/sign-in-methods'
import { requireSignedIn } from '../../caller'
import { replacePassword, signOutEverywhere } from './actions'

export const metadata: Metadata = { title: 'Account' }

export default async function AccountPage() {
  const { userId, name, email, authenticatedAt } = await requireSignedIn()
  const [clubs, methods] = await Promise.all([clubsOf(userId), signInMethods(userId)])
  const [only, second] = clubs
  return (
    <>
      <Header person={{ name, email }} clubs={clubs.map(({ slug, name }) => ({ slug, name }))} />
      <Page narrow>
        <PageTitle title="Account" lead="Yours alone, the same in every club." />
        <AccountPanel
          person={{
            name,
            email,
            authenticatedAt: authenticatedAt.toISOString(),
            fresh: isFresh(authenticatedAt),
            hasPassword: methods.password,
          }}
          providers={configuredProviders().map(({ id, name, issuer }) => ({
            id,
            name,
            linked: methods.issuers.includes(issuer),
          }))}
          actions={{ replacePassword, signOutEverywhere }}
          back={only && !second ? { href: `/clubs/${only.slug}/keys`, name: only.name } : null}
        />
      </Page>
    </>
  )
}
