import type { Outcome } from '../outcome'

/** What people can do to the ways into their account. */
export type AccountActions = {
  /** `again`: nobody knows whether it was done already. */
  replacePassword: (input: {
    current: string
    next: string
    unlink: string[]
    again: boolean
  }) => Promise<Outcome<void>>
  beginLinking: (input: { provider: string; password: string }) => Promise<Outcome<{ intent: string }>>
  unlink: (input: { id: string }) => Promise<Outcome<void>>
  endSignIn: (input: { id: string }) => Promise<Outcome<void>>
  endOtherSignIns: () => Promise<Outcome<void>>
  endSignIns: () => Promise<Outcome<void>>
  setNotification: (input: { club: string; kind: string; wanted: boolean }) => Promise<Outcome<void>>
}

/** Where this person is signed in, and since when. */
export type SignInShown = {
  id: string
  signedInAt: string
  address: string | null
  userAgent: string | null
  isThis: boolean
}

/** An account elsewhere that signs this person in here. */
export type Identity = { id: string; name: string; linkedAt: string }

/** Which mails this person gets from a club, of those that they can stop. */
export type ClubMails = {
  slug: string
  name: string
  kinds: readonly { kind: string; about: string; wanted: boolean }[]
}
