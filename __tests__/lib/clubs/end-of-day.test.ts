import { endOfDay } from '@/lib/clubs/end-of-day'

it.each([
  ['2027-02-24', 'UTC', '2027-02-24T23:59:59.999Z'],
  ['2027-02-24', 'Europe/Berlin', '2027-02-24T22:59:59.999Z'],
  ['2027-07-24', 'Europe/Berlin', '2027-07-24T21:59:59.999Z'],
  // Clocks are put forward, and back.
  ['2027-03-28', 'Europe/Berlin', '2027-03-28T21:59:59.999Z'],
  ['2027-10-31', 'Europe/Berlin', '2027-10-31T22:59:59.999Z'],
  ['2027-02-24', 'Asia/Kolkata', '2027-02-24T18:29:59.999Z'],
  ['2027-02-24', 'Pacific/Kiritimati', '2027-02-24T09:59:59.999Z'],
  ['2027-02-24', 'Pacific/Pago_Pago', '2027-02-25T10:59:59.999Z'],
  // Midnight itself is left out: the day after begins at one.
  ['2027-03-13', 'America/Havana', '2027-03-14T04:59:59.999Z'],
  ['2028-02-29', 'America/New_York', '2028-03-01T04:59:59.999Z'],
  ['2027-12-31', 'America/New_York', '2028-01-01T04:59:59.999Z'],
])('%s ends in %s at %s', (day, timeZone, end) => {
  expect(endOfDay(day, timeZone).toISOString()).toBe(end)
})
