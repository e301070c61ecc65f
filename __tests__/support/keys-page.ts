import { db } from '@/lib/db/client'
import { givePassword, ready, useBrowser } from './browser'
import { makeClub, makeKey, makeMember, useDatabase, type Member } from './club'
import { useServer } from './server'

/** A server, and clubs whose keys somebody looks at in a browser. */
export function useKeysPage() {
  const database = useDatabase()
  const server = useServer(database.url)
  const browser = useBrowser()

  async function setup(count = 3) {
    const club = await makeClub()
    const admin = await givePassword(await makeMember(club.id, ['CLUB_ADMIN', 'COACH']), 'Ada Admin')
    const coach = await givePassword(await makeMember(club.id, ['COACH']), 'Carl Coach')
    const robots = []
    for (let i = 0; i < count; i++) robots.push(await makeKey(coach, { name: `robot ${i}` }))
    await makeKey(admin, { name: 'website', expiresAt: null })
    const open = async (as: Member, path: string, look: { zone?: string } = {}) => {
      const tab = await browser.open({ server: server(), as, ...look })
      await tab.visit(`/clubs/${club.slug}/${path}`)
      await ready(tab.page)
      return tab
    }
    const live = () => db().apiKey.count({ where: { clubId: club.id, revokedAt: null } })
    return { club, admin, coach, robots, open, live }
  }
  return { server, setup }
}
