import Link from 'next/link'
import { redirect } from 'next/navigation'
import { buttonClass } from '@/components/ui/button'
import { env } from '@/lib/env'
import { findCaller } from './caller'

export default async function Home() {
  if (await findCaller()) redirect('/clubs')
  const { origin } = new URL(env().NEXTAUTH_URL)
  return (
    <main className="prose">
      <h1>clubkeys</h1>
      <p className="text-quiet">
        API keys that belong to a club and can do no more than the person behind them.
      </p>
      <div className="pt-2">
        <Link href="/sign-in" className={buttonClass('primary')}>
          Sign in
        </Link>{' '}
        <Link href="/docs" prefetch={false} className={buttonClass('secondary')}>
          Read the docs
        </Link>
      </div>
      <h2>Call the API</h2>
      <p>Send a key with every request. It tells the server who you are and which club you mean.</p>
      <pre tabIndex={0} aria-label="Example request">
        <code>{`curl -H "Authorization: Bearer $CLUBKEYS_KEY" \\\n  ${origin}/api/v1/whoami`}</code>
      </pre>
      <p>
        The <Link href="/docs/quick-start">quick start</Link> leads to a first answer in five minutes. Every
        error is a problem document with a stable code: <Link href="/docs/problems">what each one means</Link>
        .
      </p>
    </main>
  )
}
