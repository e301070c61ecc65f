import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { Sparkline } from '@/components/ui/chart'
import { sayReading } from '@/components/ui/chart-series'

const heights = (values: number[]) =>
  [
    ...renderToStaticMarkup(createElement(Sparkline, { values, label: 'Calls' })).matchAll(
      / height="([\d.]+)" rx/g,
    ),
  ].map(([, height]) => Number(height))

it('a sparkline says in words what it draws', () => {
  const drawn = renderToStaticMarkup(createElement(Sparkline, { values: [1, 2], label: '3 calls in 2 days' }))
  expect(drawn).toContain('role="img"')
  expect(drawn).toContain('<title>3 calls in 2 days</title>')
  expect(drawn).not.toContain('style=')
})

it('shows what happened at all, and nothing where nothing did, however much the most is', () => {
  expect(heights([0, 1, 500, 1_000_000])).toEqual([1, 2, 2, 24])
  expect(heights([0, 0])).toEqual([1, 1])
  expect(heights([])).toEqual([])
})

it('names a day’s answers, and those alone that there were', () => {
  const answered = { ok: 1204, limited: 3, denied: 0, errors: 0 }
  expect(sayReading({ title: '12 Nov', answered })).toBe('12 Nov: 1,204 OK, 3 limited')
  expect(sayReading({ title: '12 Nov', answered: { ok: 0, limited: 0, denied: 0, errors: 0 } })).toBe(
    '12 Nov: no calls',
  )
})
