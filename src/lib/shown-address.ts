/** A word that a product puts into its addresses; what is longer or holds digits may be a secret. */
const WORD = /^[a-z-]{1,16}$/

/**
 * An address of a webhook as it stands on record and in events: the host, and at most a first word of the path.
 * For many receivers (Slack, Discord, Zapier) the rest is a secret: whoever knows it can post there.
 * @example shownAddress('https://hooks.slack.com/services/T0/B0/x') // 'https://hooks.slack.com/services/…'
 */
export function shownAddress(url: string): string {
  const { origin, pathname, search } = new URL(url)
  const [first = '', ...others] = pathname.slice(1).split('/')
  const word = WORD.test(first) ? first : ''
  if (`/${word}` === pathname && search === '') return `${origin}/${word}`
  return `${origin}/${word}${word !== '' && others.length > 0 ? '/' : ''}…`
}
