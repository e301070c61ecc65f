import { apart } from '@/contracts/unseen'
import { env } from '../env'
import { sendMail } from '../mail/send'

type Invitation = { to: string; club: string; /** null: they can sign in already */ link: string | null }

/** @returns whether the mail server took it */
export function mailInvitation({ to, club, link }: Invitation): Promise<boolean> {
  const { origin, host } = new URL(env().NEXTAUTH_URL)
  const how = link
    ? `Choose a password to get in. The link works once, within 24 hours:\n\n${link}`
    : `Sign in with this address to get there:\n\n${origin}/sign-in\n\nForgot your password? ${origin}/forgot-password`
  const name = apart(club)
  const text = `You have been added to ${name} on ${host}.\n\n${how}\n\nIf you did not expect this, you need not do anything.\n`
  return sendMail({ to, subject: `${name}: you have been added`, text })
}
