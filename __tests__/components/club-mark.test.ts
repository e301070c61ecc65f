import { addressFor, objectionTo } from '@/components/clubs/club-address'
import { markOf } from '@/components/shell/club-mark'
import { ownClub } from '@/contracts/club'

it.each([
  ['Demo Athletics', 'D'],
  ['ärzte', 'Ä'],
  ['  “Quoted”', 'Q'],
  ['🏃🏽‍♀️ Runners', '🏃🏽‍♀️'],
  ['🇩🇪 Turner', '🇩🇪'],
  ['נבחרת', 'נ'],
  ['é combining', 'É'],
  ['...', '.'],
  ['x'.repeat(88), 'X'],
])('the mark of %j is %j', (name, mark) => {
  expect(markOf(name).normalize('NFC')).toBe(mark.normalize('NFC'))
})

it.each([
  ['Demo Athletics', 'demo-athletics'],
  ['  Läufer & Größe  ', 'laufer-grosse'],
  ['נבחרת', ''],
  [`${'a'.repeat(39)} b`, 'a'.repeat(39)],
])('a club called %j may live at %j', (name, slug) => {
  expect(addressFor(name)).toBe(slug)
  if (slug !== '') expect(objectionTo(slug)).toBeUndefined()
})

it.each(['ab', 'a-b-1', 'a', '-ab', 'ab-', 'a--b', 'a_b', 'ä', 'x'.repeat(40), 'x'.repeat(41)])(
  'objects to %j where the server does',
  (slug) => {
    expect(objectionTo(slug) === undefined).toBe(ownClub.safeParse({ slug, name: 'Mine' }).success)
  },
)
