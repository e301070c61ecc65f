import { globSync } from 'node:fs'
import path from 'node:path'
import { unknownPath, type RouteHandler } from '@/http/route'

// The club app's route files, found by path as the framework finds them.

const APP = path.resolve(__dirname, '../../src/app')
const files = globSync('api/v1/**/route.ts', { cwd: APP }).map((file) => ({
  file: path.join(APP, file),
  pattern: new RegExp(`^/${path.dirname(file).replace(/\[(\w+)\]/g, '(?<$1>[^/]+)')}$`),
}))

export function handlerOf(
  method: string,
  pathname: string,
): { handler: RouteHandler; params: Record<string, string> } {
  const found = files
    .map(({ file, pattern }) => ({ file, match: pattern.exec(pathname) }))
    .filter(({ match }) => match !== null)
    // A part that is written out goes before one that stands for any.
    .sort((a, b) => Number(a.file.includes('[id]')) - Number(b.file.includes('[id]')))[0]
  const handlers = found && (require(found.file) as Record<string, RouteHandler>)
  const named = Object.entries(found?.match?.groups ?? {}).filter(([, value]) => value !== undefined)
  return {
    handler: handlers?.[method] ?? unknownPath,
    params: Object.fromEntries(named.map(([name, value]) => [name, decodeURIComponent(value)])),
  }
}
