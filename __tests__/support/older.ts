import { once } from 'node:events'
import { connect, createServer } from 'node:net'

const ASKED = `current_setting('server_version_num')`
/** Postgres 14 was the first to know it. */
const SINCE_14 = 'idle_session_timeout'

/**
 * Before a server of today: says that it is an older one where it is asked, and refuses what an older one does
 * not know, in the words of Postgres 13. `npm run chaos` meets the real ones, which no package brings along.
 */
export async function pretendOlder(
  to: number,
  release: number,
): Promise<{ port: number; close: () => void }> {
  // Of equal length, so that no length on the wire changes.
  const answer = `'${release}0023'`.padEnd(ASKED.length)
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1')
    near.on('data', (chunk) => {
      const said = chunk.toString('latin1')
      if (release < 14 && said.includes(`${SINCE_14}=`)) near.end(fatal('42704', UNKNOWN))
      else far.write(said.replace(ASKED, answer), 'latin1')
    })
    far.on('data', (chunk) => near.write(chunk))
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const)
      one.on('close', () => other.destroy()).on('error', () => other.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as { port: number }).port, close: () => server.close() }
}

const UNKNOWN = `unrecognized configuration parameter "${SINCE_14}"`

function fatal(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`)
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(fields.length + 4, 1)
  return Buffer.concat([head, fields])
}
