import Link from 'next/link'
import { buttonClass } from '../ui/button'
import { Entrance } from './entrance'

/** Where no mail is sent, people help: nothing is asked here, and so nothing is told. */
export function AskAnAdmin() {
  return (
    <Entrance title="Forgotten password" lead="Ask an admin of your club for a password link.">
      <ul className="grid list-disc gap-2 pl-5 text-sm text-quiet marker:text-quiet">
        <li>
          They find you under <strong className="font-medium text-ink">Members</strong>, and choose{' '}
          <strong className="font-medium text-ink">New password link…</strong> in the menu beside your name.
        </li>
        <li>The link sets a new password once, within 24 hours.</li>
        <li>Are you in several clubs? Then the people who run this app have to make the link.</li>
      </ul>
      <Link href="/sign-in" prefetch={false} className={buttonClass('secondary', 'w-fit')}>
        Back to sign in
      </Link>
    </Entrance>
  )
}
