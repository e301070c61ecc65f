import { existsSync } from 'node:fs'
import path from 'node:path'

const OLDEST_MAJOR = 22

/**
 * The Node that the packages brought along, else our own if that is new enough. @throws Error that says what
 * to do
 */
export function pinnedNode() {
  const pinned = path.resolve('node_modules/.bin/node')
  if (existsSync(pinned)) return pinned
  if (parseInt(process.versions.node, 10) >= OLDEST_MAJOR) return process.execPath
  throw new Error(
    `The package "node" brings Node 24 along by its install script, which npm did not run (ignore-scripts?). Allow it and remove node_modules, or use Node ${OLDEST_MAJOR} or newer.`,
  )
}
