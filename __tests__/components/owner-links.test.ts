import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { KeyCount } from '@/components/keys/key-count'
import { Crowded } from '@/components/settings/outside-notice'

const KEYS = '/clubs/demo/keys'

describe.each(['0190d9a0-0000-7000-8000-000000000000', 'kim&status=all', 'a+b c#d', '100%41', '../é?'])(
  'links to the keys of %j',
  (id) => {
    it.each([
      ['of a count', createElement(KeyCount, { count: 1, owner: { id, name: 'Kim' }, keysPath: KEYS })],
      ['of a notice', createElement(Crowded, { owners: [{ id, name: 'Kim', liveKeys: 2 }], keys: KEYS })],
    ])('%s', (_, link) => {
      const [, href = ''] = /href="([^"]*)"/.exec(renderToStaticMarkup(link)) ?? []
      const { pathname, searchParams, hash } = new URL(href.replaceAll('&amp;', '&'), 'http://app.test')
      expect([pathname, [...searchParams], hash]).toEqual([KEYS, [['owner', id]], ''])
    })
  },
)
