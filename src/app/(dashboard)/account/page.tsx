import type { Metadata } from 'next'
import { AccountPanel } from '@/components/account/account-panel'
import { Header, PageBody, PageTitle } from '@/components/shell/header'
import { mailsAreSent } from '@/lib/mail/configured'
import { listNotifications } from '@/lib/notifications/notifications'
import { clubsOf } from '@/lib/sign-in/session-actor'
import { configuredProviders } from '@/lib/sign-in/providers'
import { listSignIns } from '@/lib/sign-in/list-sign-ins'
import { signInMethods } from '@/lib/sign-in/sign-in-methods'
import { requireSignedIn } from '../../caller'
import {
  beginLinking,
  endOthers,
  endOwn,
  endSignIns,
  replacePassword,
  setOwnNotification,
  unlinkOwn,
} from './actions'

export const metadata: Metadata = { title: 'Account' }

type Props = { searchParams: Promise<{ link?: string | string[] }> }

export default async function AccountPage({ searchParams }: Props) {
  const person = await requireSignedIn()
  const { userId, name, email } = person
  const [clubs, methods, signIns, mails, { link }] = await Promise.all([
    clubsOf(userId),
    signInMethods(userId),
    listSignIns(person),
    mailsAreSent() ? listNotifications(person) : [],
    searchParams,
  ])
  const [only, second] = clubs
  const unlinked = configuredProviders().filter(
    ({ issuer }) => !methods.identities.some((identity) => identity.issuer === issuer),
  )
  return (
    <>
      <Header person={{ name, email }} clubs={clubs.map(({ slug, name }) => ({ slug, name }))} />
      <PageBody narrow>
        <PageTitle title="Account" lead="Yours alone, the same in every club." />
        <AccountPanel
          person={{ name, email, hasPassword: methods.password }}
          identities={methods.identities.map(({ id, name, linkedAt }) => ({ id, name, linkedAt }))}
          providers={unlinked.map(({ id, name }) => ({ id, name }))}
          linking={typeof link === 'string' ? link : null}
          signIns={signIns}
          mails={mails}
          actions={{
            replacePassword,
            beginLinking,
            unlink: unlinkOwn,
            endSignIn: endOwn,
            endOtherSignIns: endOthers,
            endSignIns,
            setNotification: setOwnNotification,
          }}
          back={only && !second ? { href: `/clubs/${only.slug}`, name: only.name } : null}
        />
      </PageBody>
    </>
  )
}
