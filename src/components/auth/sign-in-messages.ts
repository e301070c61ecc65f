const MESSAGES: Record<string, string> = {
  slow_down: 'Too many attempts. Wait 15 minutes, then try again.',
  unknown_identity:
    'That account is not linked to anyone here yet. Sign in with your email and password first, then link it on your account page.',
  AccessDenied: 'That account cannot be used to sign in here.',
  unavailable: 'Signing in is not possible right now. Try again in a moment.',
  unreachable: 'The server could not be reached. Check your connection and try again.',
}

/** Of next-auth's own codes most speak of a provider that did not play its part. */
const PROVIDER = 'Signing in there did not work. Try again, or use your email and password.'

/**
 * What an error code of signing in means to the person. Never whether an account exists.
 * @param refused the words for a wrong email or password
 */
export function messageForSignIn(code: string, refused: string): string {
  if (code === 'CredentialsSignin') return refused
  // The code stands in the address: `__proto__` names something that is no text.
  return Object.entries(MESSAGES).find(([name]) => name === code)?.[1] ?? PROVIDER
}
