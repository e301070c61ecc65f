import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { Entrance } from '@/components/auth/entrance'
import { ProviderButtons } from '@/components/auth/provider-buttons'
import { SignInForm } from '@/components/auth/sign-in-form'
import { Notice } from '@/components/ui/notice'
import { configuredProviders } from '@/lib/sign-in/providers'
import { findCaller } from '../../caller'
import { ownPath } from '../../own-path'

export const metadata: Metadata = { title: 'Sign in' }

type Query = Record<string, string | string[] | undefined>

export default async function SignInPage({ searchParams }: { searchParams: Promise<Query> }) {
  const query = await searchParams
  const text = (name: string) => (typeof query[name] === 'string' ? query[name] : undefined)
  const callbackUrl = ownPath(text('callbackUrl'), '/clubs')
  const error = text('error') ?? null
  const caller = await findCaller()
  if (caller && error === null && !text('again')) redirect(callbackUrl)
  const providers = configuredProviders().map(({ id, name }) => ({ id, name }))
  return (
    <Entrance title="Sign in" lead="To your clubs and their API keys.">
      <noscript>
        <Notice tone="warn">
          Signing in needs JavaScript, and so does the dashboard: your browser has it switched off, or an
          extension blocks it. Switch it on for this site and load this page again. The docs and the API work
          without it.
        </Notice>
      </noscript>
      <SignInForm error={error} callbackUrl={callbackUrl} email={caller?.email ?? null} />
      <Link
        href="/forgot-password"
        prefetch={false}
        className="w-fit rounded text-sm font-medium text-accent underline underline-offset-4"
      >
        Forgot your password?
      </Link>
      {providers.length > 0 && (
        <>
          <div className="flex items-center gap-3 text-sm text-quiet before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
            or
          </div>
          <ProviderButtons providers={providers} callbackUrl={callbackUrl} />
        </>
      )}
      <p className="text-sm text-quiet">
        No account yet, or an invitation that no longer works? An admin of your club can send you a link.
      </p>
    </Entrance>
  )
}
