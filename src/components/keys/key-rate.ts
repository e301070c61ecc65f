/** How many calls a key may make, as the forms ask for it. */
export const KEY_RATE = {
  label: 'Calls at most',
  name: 'rateLimit',
  hint: 'Further calls are refused (429) until the time is over. Empty: the club’s default.',
}
