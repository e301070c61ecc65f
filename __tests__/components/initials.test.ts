import { initials } from '@/components/shell/initials'

it.each([
  ['Ada Admin', 'AA'],
  ['Maximiliane von Hohenstein-Oldenburg', 'MH'],
  ['madonna', 'M'],
  ['  ', ''],
  ['🏃 Runners', 'R'],
  ['李 小龍', '李小'],
  ['محمد صلاح', 'مص'],
  ['e\u0301lodie brun', 'E\u0301B'],
  ['\u202eadA', 'A'],
  ['(the) 3rd team', 'TT'],
])('%j is shown as %s', (name, shown) => {
  expect(initials(name)).toBe(shown)
})
