import type { Scope } from '@/contracts/permissions'

export type KeySpec = {
  owner: string
  name: string
  scopes: Scope[]
  days: number | null
  madeDaysAgo: number
  usedHoursAgo?: number
}

export const KEYS: KeySpec[] = [
  {
    owner: 'ada',
    name: 'Nightly backup of training plans to the federation’s archive',
    scopes: ['practices:read', 'members:read', 'audit:read'],
    days: 200,
    madeDaysAgo: 166,
    usedHoursAgo: 9,
  },
  {
    owner: 'ada',
    name: 'Old website',
    scopes: ['practices:read'],
    days: -20,
    madeDaysAgo: 110,
    usedHoursAgo: 600,
  },
  {
    owner: 'carl',
    name: 'Carl’s laptop',
    scopes: ['practices:read', 'practices:write'],
    days: 60,
    madeDaysAgo: 30,
    usedHoursAgo: 3,
  },
  {
    owner: 'ayo',
    name: 'Watch sync',
    scopes: ['practices:read'],
    days: 5,
    madeDaysAgo: 25,
    usedHoursAgo: 0.2,
  },
  {
    owner: 'carl',
    name: 'Spreadsheet import',
    scopes: ['practices:read', 'practices:write', 'members:read'],
    days: 75,
    madeDaysAgo: 15,
  },
  {
    owner: 'carl',
    name: 'Team calendar',
    scopes: ['practices:read'],
    days: 80,
    madeDaysAgo: 12,
    usedHoursAgo: 0.3,
  },
  {
    owner: 'carl',
    name: 'Session planner',
    scopes: ['practices:read', 'practices:write'],
    days: 80,
    madeDaysAgo: 11,
    usedHoursAgo: 3,
  },
  { owner: 'carl', name: 'Excel trial', scopes: ['practices:read'], days: 80, madeDaysAgo: 10 },
  {
    owner: 'ada',
    name: 'Scoreboard',
    scopes: ['practices:read'],
    days: null,
    madeDaysAgo: 9,
    usedHoursAgo: 0.01,
  },
  {
    owner: 'ada',
    name: 'ci-bot',
    scopes: ['practices:read', 'api-keys:read', 'audit:read'],
    days: 88,
    madeDaysAgo: 2,
    usedHoursAgo: 1.1,
  },
]
