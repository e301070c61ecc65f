import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A folder without a pid is one that is just being made, or whose maker was killed in between. */
const NAMELESS_MS = 5_000

/** Runs `work` while no other process does. A lock whose holder is dead counts for nothing. */
export async function locked(folder, work) {
  for (let told = false; !take(folder); await sleep(200)) {
    if (isAbandoned(folder)) {
      remove(folder)
    } else if (!told) {
      console.error('Another process is setting clubkeys up: waiting for it ...')
      told = true
    }
  }
  try {
    await work()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function take(folder) {
  try {
    mkdirSync(folder)
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
  writeFileSync(path.join(folder, 'pid'), String(process.pid))
  return true
}

function isAbandoned(folder) {
  const holder = holderOf(folder)
  return holder ? !isAlive(holder) : age(folder) > NAMELESS_MS
}

function remove(folder) {
  const holder = holderOf(folder)
  // Moved aside first: of two that find it abandoned one may have taken it anew already.
  const aside = `${folder}.${process.pid}`
  try {
    renameSync(folder, aside)
    if (holderOf(aside) === holder && !isAlive(holder)) rmSync(aside, { recursive: true, force: true })
    else renameSync(aside, folder)
  } catch {
    // Somebody else removed it.
  }
}

function holderOf(folder) {
  try {
    return Number(readFileSync(path.join(folder, 'pid'), 'utf8'))
  } catch {
    return 0
  }
}

function age(folder) {
  return Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
}

function isAlive(pid) {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}
