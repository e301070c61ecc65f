import { env } from '../env'

/** A link into this app: only `ownLink` makes one, so that no mail leads anywhere else. */
export type OwnLink = string & { readonly own: unique symbol }

/** @param path as `/clubs/north/keys`; a secret stands in the fragment, which no server sees */
export function ownLink(path: string): OwnLink {
  const { origin } = new URL(env().NEXTAUTH_URL)
  const url = new URL(path, origin)
  if (url.origin !== origin) throw new Error('a mail links to this app alone')
  return url.href as OwnLink
}

/** Where people reach this app, as they know it. */
export const ownHost = (): string => new URL(env().NEXTAUTH_URL).host

export type Block =
  | { is: 'text'; text: string }
  /** Things of one kind, each with what is to be known of it. */
  | { is: 'list'; items: readonly { name: string; about: string }[]; more: number }
  /** The one thing to do. In text its address stands alone in its line. */
  | { is: 'action'; label: string; href: OwnLink }
  /** Another way, said quietly. */
  | { is: 'aside'; text: string; href?: OwnLink }

/** What a mail says, before it is text or HTML. Names in it are set apart already. */
export type Letter = {
  subject: string
  title: string
  body: readonly Block[]
  /** Why this person gets it. */
  reason: string
  /** Where they end mails of this kind, or say which they want. */
  endings?: { unsubscribe: OwnLink; settings: OwnLink; kind: string } | undefined
}

export const text = (said: string): Block => ({ is: 'text', text: said })
export const action = (label: string, href: OwnLink): Block => ({ is: 'action', label, href })
export const aside = (said: string, href?: OwnLink): Block => ({
  is: 'aside',
  text: said,
  ...(href && { href }),
})
