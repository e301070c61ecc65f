import Link from 'next/link'
import { buttonClass } from '../ui/button'
import { Entrance } from './entrance'

/** One page for links that were used, replaced, expired, cut short or made up: the next step is the same. */
export function BadLink({ mails }: { mails: boolean }) {
  return (
    <Entrance
      title="This link is no longer good"
      lead="It works once, within 24 hours. A newer one replaces it, and a club can withdraw it."
    >
      <ul className="grid list-disc gap-2 pl-5 text-sm text-quiet marker:text-quiet">
        <li>You have an account here already, or have chosen a password with it? Sign in.</li>
        <li>You copied it? Take all of it, up to its last letter.</li>
        <li>
          {mails
            ? 'Too late, or you cannot find the newer one? Have another one mailed to you.'
            : 'Too late, or you cannot find the newer one? Ask an admin of your club, or the people who run this app, for another one.'}
        </li>
      </ul>
      <div className="flex flex-wrap gap-2">
        {mails && (
          <Link href="/forgot-password" prefetch={false} className={buttonClass('primary')}>
            Mail me a new link
          </Link>
        )}
        <Link href="/sign-in" prefetch={false} className={buttonClass(mails ? 'secondary' : 'primary')}>
          Go to sign in
        </Link>
      </div>
    </Entrance>
  )
}
