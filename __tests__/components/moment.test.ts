import { dayOf, exactlyHere, fromNow, lookAgainIn } from '@/components/moment'

const from = (now: string, at: string, zone = 'UTC') => fromNow(at, Date.parse(now), zone)

describe('how far a moment is away', () => {
  it.each([
    ['2026-03-01T12:00:00Z', '2026-03-01T11:59:01Z', 'just now'],
    ['2026-03-01T12:00:00Z', '2026-03-01T12:00:59Z', 'in a moment'],
    ['2026-03-01T12:00:00Z', '2026-03-01T11:58:01Z', '1 minute ago'],
    ['2026-03-01T12:00:00Z', '2026-03-01T12:59:59Z', 'in 59 minutes'],
    ['2026-03-01T12:00:00Z', '2026-03-01T10:01:00Z', '1 hour ago'],
    ['2026-03-01T12:00:00Z', '2026-02-28T12:00:01Z', '23 hours ago'],
    ['2026-03-01T12:00:00Z', '2026-02-28T12:00:00Z', 'yesterday'],
    ['2026-03-01T12:00:00Z', '2026-03-02T12:00:00Z', 'tomorrow'],
    ['2026-03-01T01:00:00Z', '2026-02-27T23:00:00Z', '2 days ago'],
    ['2027-01-14T08:00:00Z', '2027-02-24T08:00:00Z', 'in 41 days'],
  ])('at %s, %s is %s', (now, at, said) => {
    expect(from(now, at)).toBe(said)
  })

  it.each([
    ['2026-01-31T12:00:00Z', '2026-03-30T12:00:00Z', 'in 58 days'],
    ['2026-01-31T12:00:00Z', '2026-03-31T12:00:00Z', 'in 2 months'],
    ['2026-12-31T12:00:00Z', '2027-02-27T12:00:00Z', 'in 58 days'],
    ['2026-12-31T12:00:00Z', '2027-02-28T12:00:00Z', 'in 2 months'],
    ['2027-12-31T12:00:00Z', '2028-02-28T12:00:00Z', 'in 59 days'],
    ['2027-12-31T12:00:00Z', '2028-02-29T12:00:00Z', 'in 2 months'],
    ['2026-05-15T12:00:00Z', '2026-03-15T12:00:00Z', '2 months ago'],
    ['2026-05-15T12:00:00Z', '2026-03-16T12:00:00Z', '60 days ago'],
    ['2026-05-15T12:00:00Z', '2027-05-15T12:00:00Z', 'in 12 months'],
    ['2026-05-15T12:00:00Z', '2028-05-14T12:00:00Z', 'in 23 months'],
    ['2026-05-15T12:00:00Z', '2028-05-15T12:00:00Z', 'in 2 years'],
    ['2028-02-29T12:00:00Z', '2030-02-28T12:00:00Z', 'in 2 years'],
    ['2028-02-29T12:00:00Z', '2024-02-29T12:00:00Z', '4 years ago'],
  ])('counts months by their dates: at %s, %s is %s', (now, at, said) => {
    expect(from(now, at)).toBe(said)
  })

  it('counts days by the reader’s midnights', () => {
    const [now, at] = ['2026-03-01T22:30:00Z', '2026-03-03T22:30:00Z']
    expect(from(now, at)).toBe('in 2 days')
    expect(from('2026-03-01T20:30:00Z', '2026-03-03T23:30:00Z', 'Europe/Berlin')).toBe('in 3 days')
  })

  it('takes a day on which clocks are put forward for a whole one', () => {
    // From noon to noon, across the night of 28 March 2027: 47 hours.
    expect(from('2027-03-27T11:00:00Z', '2027-03-29T10:00:00Z', 'Europe/Berlin')).toBe('in 2 days')
    expect(from('2027-03-29T10:00:00Z', '2027-03-28T11:00:00Z', 'Europe/Berlin')).toBe('23 hours ago')
  })

  it('does not say “yesterday” of the same day, if clocks were put back', () => {
    // 00:10 and 23:20 of 25 October 2026 in Berlin: 24 hours and 10 minutes.
    expect(from('2026-10-25T22:20:00Z', '2026-10-24T22:10:00Z', 'Europe/Berlin')).toBe('24 hours ago')
  })
})

describe('a moment by a calendar', () => {
  it('has the date of the reader’s zone', () => {
    const at = '2026-12-31T23:30:00.000Z'
    expect(['UTC', 'Asia/Tokyo', 'America/New_York'].map((zone) => dayOf(at, zone))).toEqual([
      '31 Dec 2026',
      '1 Jan 2027',
      '31 Dec 2026',
    ])
  })

  it('is exact by the reader’s clock, and in UTC', () => {
    const at = '2026-12-31T23:30:09.000Z'
    expect(exactlyHere(at, 'Asia/Kolkata')).toBe('1 Jan 2027, 05:00:09 (2026-12-31 23:30:09 UTC)')
    expect(exactlyHere(at, 'UTC')).toBe('2026-12-31 23:30:09 UTC')
    expect(exactlyHere('2026-12-31T00:00:09.000Z', 'Europe/London')).toMatch(/^31 Dec 2026, 00:00:09 /)
  })
})

it('is looked at again the later, the farther it is away', () => {
  const now = Date.parse('2026-03-01T12:00:00Z')
  const waits = ['2026-03-01T11:59:00Z', '2026-03-01T20:00:00Z', '2025-03-01T12:00:00Z'].map((at) =>
    lookAgainIn(at, now),
  )
  expect(waits).toEqual([15_000, 300_000, 1_800_000])
})
