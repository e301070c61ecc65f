import { describeRows } from './lib/events/port'
import { nameFormersBy } from './lib/people/former'

// What the key layer cannot read in the app's views, since it is about members who have left, or about rows of the
// app's own. Loaded when it is first asked for: every command and every test imports this.

nameFormersBy(async (...asked) => (await import('./lib/members/former-names')).namesOnRecord(...asked))
describeRows('Membership', async (...asked) =>
  (await import('./lib/members/in-events')).membersInEvents(...asked),
)
