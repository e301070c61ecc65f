import type { Paging } from '@/components/list/pager'

export const PAGE: Paging = {
  things: 'keys',
  from: 1,
  shown: 20,
  total: 10_000,
  isExact: true,
  previous: null,
  next: '/next',
}
