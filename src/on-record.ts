import { describeRows } from './lib/events/port'
import { knowPeopleBy } from './lib/people/port'

// What the key layer cannot read in the app's views, since it is about members who have left, or about ids and
// rows of the app's own. Loaded when it is first asked for: every command and every test imports this.

const members = async () => (await import('./lib/members/on-record')).membersOnRecord

knowPeopleBy({
  formerNames: async (...asked) => (await members()).formerNames(...asked),
  usersOf: async (...asked) => (await members()).usersOf(...asked),
})
describeRows('Membership', async (...asked) =>
  (await import('./lib/members/in-events')).membersInEvents(...asked),
)
