import { asRefusal } from '@/http/problem'

it('an outage is one line in the log a second, however many requests it meets', () => {
  const lines: { msg: string; requestsSinceLastLine: number }[] = []
  const write = jest
    .spyOn(process.stderr, 'write')
    .mockImplementation((line) => lines.push(JSON.parse(String(line))) > 0)
  const now = jest.spyOn(performance, 'now')
  const meet = (times: number, at: number) => {
    now.mockReturnValue(at)
    const outage = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    for (let i = 0; i < times; i++)
      expect(asRefusal(outage, String(i))).toMatchObject({ code: 'unavailable' })
  }
  try {
    meet(1_000, 10_000)
    meet(1_000, 10_999)
    meet(1, 11_000)
  } finally {
    write.mockRestore()
    now.mockRestore()
  }
  expect(lines.map(({ msg }) => msg)).toEqual(Array(2).fill('the database did not answer'))
  expect(lines.map(({ requestsSinceLastLine }) => requestsSinceLastLine)).toEqual([0, 1_999])
})
